package dev.firn.benchmarks.inside;

import dev.firn.api.NullsInKey;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyDefinition;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeyReader;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.MemoryIndex;
import dev.firn.internal.keys.RowLocation;
import java.io.PrintStream;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Bytes per key of the key index, and processor nanoseconds per key to fill it, to look up, and to
 * look up and update: long keys, in batches of 50,000, on one thread, columns to locations. {@code
 * java -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.inside.KeyIndexFigures [keys]}.
 */
public final class KeyIndexFigures {

  private static final int BATCH = 50_000;
  private static final int TOUCHES = 40;

  private final KeyReader reader;
  private final KeyBatch keys = new KeyBatch();
  private final Locations found = new Locations();
  private final long[] locations = new long[BATCH];
  private final MemoryIndex index;
  private final Random random = new Random(42);

  private KeyIndexFigures() {
    Schema schema = new Schema(NestedField.required(1, "id", Types.LongType.get()));
    KeyDefinition definition = KeyDefinition.of(schema, List.of(1), NullsInKey.REJECT);
    this.reader = new KeyReader(definition, new KeySecret(random.nextLong(), random.nextLong()));
    this.index = new MemoryIndex(definition.keyClass(), new Unlimited());
  }

  /** Prints a table; the first run warms up. */
  public static void main(String[] args) {
    int keys = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
    new KeyIndexFigures().run(Math.min(keys, 1_000_000));
    for (int round = 0; round < 3; round++) {
      new KeyIndexFigures().print(System.out, keys);
    }
  }

  private void print(PrintStream out, int count) {
    long[] nanos = run(count);
    out.printf(
        "index in memory: %,d keys, %.1f bytes a key; insert %d ns, look up %d ns, absent %d ns, put again %d ns a"
            + " key%n",
        index.keys(),
        (double) index.heapBytes() / index.keys(),
        nanos[0],
        nanos[1],
        nanos[2],
        nanos[3]);
  }

  /** Nanoseconds a key: insert, look up, look up what is not there, update. */
  private long[] run(int count) {
    RowBatch[] fill = new RowBatch[count / BATCH];
    for (int b = 0; b < fill.length; b++) {
      fill[b] = batch((long) b * BATCH, 0);
    }
    RowBatch[] known = new RowBatch[TOUCHES];
    RowBatch[] unknown = new RowBatch[TOUCHES];
    for (int b = 0; b < TOUCHES; b++) {
      known[b] = batch(0, count);
      unknown[b] = batch(count, count);
    }
    return new long[] {
      timed(fill, true), timed(known, false), timed(unknown, false), timed(known, true)
    };
  }

  private long timed(RowBatch[] batches, boolean put) {
    long start = Meter.callerNanos();
    for (RowBatch batch : batches) {
      reader.read(batch, 0, BATCH, keys);
      found.begin(keys);
      if (put) {
        index.put(keys, locations, 0, KeyIndex.SHARDS, found);
      } else {
        index.locate(keys, 0, KeyIndex.SHARDS, found);
      }
    }
    return (Meter.callerNanos() - start) / ((long) batches.length * BATCH);
  }

  /** The keys from {@code first} on, or drawn from the {@code range} of them there. */
  private RowBatch batch(long first, int range) {
    RowBatch batch = new RowBatch(List.of(ColumnShape.of(Kind.LONG)));
    LongColumn ids = (LongColumn) batch.columns().get(0);
    for (int i = 0; i < BATCH; i++) {
      ids.append(first + (range == 0 ? i : random.nextInt(range)));
      batch.endRow();
      locations[i] = RowLocation.of(7, i);
    }
    return batch;
  }

  /** Memory is not what is tried here. */
  private static final class Unlimited implements IndexMemory {

    @Override
    public boolean tryReserve(long bytes) {
      return true;
    }

    @Override
    public void charge(long bytes) {}

    @Override
    public void release(long bytes) {}

    @Override
    public long limitBytes() {
      return Long.MAX_VALUE;
    }
  }
}
