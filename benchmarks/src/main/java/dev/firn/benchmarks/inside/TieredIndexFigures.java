package dev.firn.benchmarks.inside;

import dev.firn.api.NullsInKey;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.keys.IndexCheckpoint;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyClass;
import dev.firn.internal.keys.KeyDefinition;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeyReader;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.MemoryIndex;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.keys.Segments;
import dev.firn.internal.keys.TieredIndex;
import dev.firn.internal.runs.RunDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What the key index costs beyond memory, and what its checkpoint: long keys, in batches of 50,000,
 * on one thread, columns to locations; processor nanoseconds per key, and by the clock in brackets.
 * {@code java -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.inside.TieredIndexFigures
 * <folder> [keys [updates [mebibytes]]]}; no mebibytes is all in memory. Without arguments: a
 * hundred million keys in 1 GiB, and what does not fit in a directory of its own.
 */
public final class TieredIndexFigures {

  private static final int BATCH = 50_000;

  private final KeyReader reader;
  private final KeyBatch keys = new KeyBatch();
  private final Locations found = new Locations();
  private final long[] locations = new long[BATCH];
  private final Random random = new Random(42);
  private final Path folder;
  private final Counted memory;
  private final int mebibytes;

  private TieredIndexFigures(Path folder, int mebibytes) {
    Schema schema = new Schema(NestedField.required(1, "id", Types.LongType.get()));
    KeyDefinition definition = KeyDefinition.of(schema, List.of(1), NullsInKey.REJECT);
    this.reader = new KeyReader(definition, new KeySecret(random.nextLong(), random.nextLong()));
    this.folder = folder;
    this.mebibytes = mebibytes;
    this.memory = new Counted(mebibytes == 0 ? Long.MAX_VALUE : (long) mebibytes << 20);
  }

  /** Prints the figures. */
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      try (Place place = Place.open(Map.of())) {
        new TieredIndexFigures(place.directory().resolve("index"), 1_024)
            .run(100_000_000, 60_000_000);
      }
      return;
    }
    Path folder = Path.of(args[0]);
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 100_000_000;
    int updates = args.length > 2 ? Integer.parseInt(args[2]) : 40_000_000;
    int mebibytes = args.length > 3 ? Integer.parseInt(args[3]) : 0;
    new TieredIndexFigures(folder, mebibytes).run(count, updates);
  }

  private void run(int count, int updates) {
    Segments segments = new Segments();
    segments.add("file", RowLocation.MAX_POSITION);
    try (RunDirectory directory = RunDirectory.open(folder);
        KeyIndex index = index(directory)) {
      Span fill = new Span("insert", count);
      for (long from = 0; from < count; from += BATCH) {
        read(from, 0);
        fill.timed(() -> index.put(keys, locations, 0, KeyIndex.SHARDS, found));
      }
      fill.print(index);
      for (int part = 0; part < 4; part++) {
        Span upsert = new Span("look up and put again", updates / 4);
        for (int done = 0; done < updates / 4; done += BATCH) {
          read(0, count);
          upsert.timed(
              () -> {
                index.locate(keys, 0, KeyIndex.SHARDS, found);
                index.put(keys, locations, 0, KeyIndex.SHARDS, found);
              });
        }
        upsert.print(index);
      }
      Span absent = new Span("look up what is not there", 20 * BATCH);
      for (int b = 0; b < 20; b++) {
        read(count, count);
        absent.timed(() -> index.locate(keys, 0, KeyIndex.SHARDS, found));
      }
      absent.print(index);
      Span counted = new Span("count", count);
      counted.timed(() -> index.countLive(segments));
      counted.print(index);
      Span write = new Span("write a checkpoint", count);
      write.timed(() -> IndexCheckpoint.write(directory, new byte[0], segments, index));
      write.print(index);
    }
    try (RunDirectory directory = RunDirectory.open(folder);
        KeyIndex index = index(directory)) {
      Span restore = new Span("restore", count);
      restore.timed(() -> IndexCheckpoint.read(directory).orElseThrow().restoreTo(index));
      restore.print(index);
    }
  }

  private KeyIndex index(RunDirectory directory) {
    return mebibytes == 0
        ? new MemoryIndex(KeyClass.K64, memory)
        : new TieredIndex(KeyClass.K64, memory, directory);
  }

  /** The keys from {@code first} on, or drawn from the {@code range} of them there. */
  private void read(long first, int range) {
    RowBatch batch = new RowBatch(List.of(ColumnShape.of(Kind.LONG)));
    LongColumn ids = (LongColumn) batch.columns().get(0);
    for (int i = 0; i < BATCH; i++) {
      ids.append(first + (range == 0 ? i : random.nextInt(range)));
      batch.endRow();
      locations[i] = RowLocation.of(0, i);
    }
    reader.read(batch, 0, BATCH, keys);
    found.begin(keys);
  }

  /** What some work on keys has taken. */
  private final class Span {

    private final String what;
    private final long count;
    private long processor;
    private long clock;

    Span(String what, long count) {
      this.what = what;
      this.count = count;
    }

    void timed(Runnable work) {
      long clockBefore = System.nanoTime();
      long before = Meter.callerNanos();
      work.run();
      processor += Meter.callerNanos() - before;
      clock += System.nanoTime() - clockBefore;
    }

    void print(KeyIndex index) {
      long disk = 0;
      File[] files = folder.toFile().listFiles();
      for (File file : files == null ? new File[0] : files) {
        disk += file.length();
      }
      System.out.printf(
          "index beyond memory, %s: %d ns (%d); %,d keys, %,d MB of memory, %,d MB at most; %,d files of %,d MB%n",
          what,
          processor / count,
          clock / count,
          index.keys(),
          index.heapBytes() / 1_000_000,
          memory.highest.get() / 1_000_000,
          files == null ? 0 : files.length,
          disk / 1_000_000);
    }
  }

  /** Memory that is counted. */
  private static final class Counted implements IndexMemory {

    private final long limit;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong highest = new AtomicLong();

    Counted(long limit) {
      this.limit = limit;
    }

    @Override
    public boolean tryReserve(long bytes) {
      if (held.get() + bytes > limit) {
        return false;
      }
      charge(bytes);
      return true;
    }

    @Override
    public void charge(long bytes) {
      highest.accumulateAndGet(held.addAndGet(bytes), Math::max);
    }

    @Override
    public void release(long bytes) {
      held.addAndGet(-bytes);
    }

    @Override
    public long limitBytes() {
      return limit;
    }
  }
}
