package dev.firn.benchmarks.inside;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.scan.KeyScan;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongFunction;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How fast the index of a table's keys is built from its files, and what of that the files take:
 * files of 500,000 rows with a key and three other columns, in memory, on one thread, processor
 * time. {@code java -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.inside.KeyLoadFigures
 * [rows]}.
 */
public final class KeyLoadFigures {

  private static final int FILE_ROWS = 500_000;

  /** Rounds that count, after as many that warm up. */
  private static final int ROUNDS = 5;

  private static final String KEY = "id";

  /** A kind of key, and how the n-th of it comes. */
  @SuppressWarnings("ImmutableEnumChecker") // no type of Iceberg and no lambda here changes
  private enum Keys {
    ORDERED(Types.LongType.get(), n -> n),
    SCATTERED(Types.LongType.get(), n -> n * 0x9E3779B97F4A7C15L),
    UUID_TEXT(
        Types.StringType.get(),
        n -> new UUID(n * 0x9E3779B97F4A7C15L, n * 0xC2B2AE3D27D4EB4FL).toString());

    private final Type type;
    private final LongFunction<Object> key;

    Keys(Type type, LongFunction<Object> key) {
      this.type = type;
      this.key = key;
    }

    Schema schema() {
      return new Schema(
          NestedField.required(1, KEY, type),
          NestedField.required(2, "name", Types.StringType.get()),
          NestedField.required(3, "amount", Types.DoubleType.get()),
          NestedField.required(4, "count", Types.IntegerType.get()));
    }

    RecordMapper<Long> mapper() {
      return (n, row) -> {
        Object value = key.apply(n);
        if (value instanceof Long number) {
          row.setLong(0, number);
        } else {
          row.setString(0, value.toString());
        }
        row.setString(1, "name of " + n % 10_000).setDouble(2, n * 0.25).setInt(3, (int) (n % 100));
      };
    }
  }

  private final Keys keys;
  private final long rows;
  private final BaseTable table;

  private KeyLoadFigures(Place place, Keys keys, long rows) {
    this.keys = keys;
    this.rows = rows;
    String name = keys.name().toLowerCase(Locale.ROOT);
    this.table = (BaseTable) place.newTable(name, keys.schema(), Map.of("format-version", "3"));
  }

  /** Prints a line for each kind of key. */
  public static void main(String[] args) throws Exception {
    long rows = args.length > 0 ? Long.parseLong(args[0]) : 10_000_000;
    for (Keys keys : Keys.values()) {
      try (Place place = Place.open(Map.of("firn.local.sync", "false"))) {
        KeyLoadFigures figures = new KeyLoadFigures(place, keys, rows);
        figures.write();
        figures.print();
      }
    }
  }

  private static WriterOptions.Builder options() {
    return WriterOptions.builder("load").commitPolicy(CommitPolicy.manual());
  }

  private void write() {
    try (StreamingTableWriter<Long> writer =
        Firn.openWriter(table, keys.mapper(), options().build())) {
      for (long n = 0; n < rows; n++) {
        writer.append(n);
        if ((n + 1) % FILE_ROWS == 0 || n + 1 == rows) {
          writer.mark(n + 1);
          writer.commit();
        }
      }
    }
    table.refresh();
  }

  private void print() throws Exception {
    double[] loads = rounds(this::load);
    double[] scans = rounds(this::scan);
    System.out.printf(
        Locale.ROOT,
        "index loaded, %s: %,d keys, %.2f million a second and processor (%.2f..%.2f); %.0f ns a key, of which"
            + " %.0f to read it from its file%n",
        keys.name().toLowerCase(Locale.ROOT),
        rows,
        rows * 1e3 / Duel.median(loads),
        rows * 1e3 / Arrays.stream(loads).max().orElse(0),
        rows * 1e3 / Arrays.stream(loads).min().orElse(0),
        Duel.median(loads) / rows,
        Duel.median(scans) / rows);
  }

  /** Processor time of each round that counts. */
  private static double[] rounds(Meter.Work work) throws Exception {
    double[] nanos = new double[ROUNDS];
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      Meter.settle();
      Cost cost = Meter.of(work);
      if (round >= 0) {
        nanos[round] = cost.callerNanos();
      }
    }
    return nanos;
  }

  /** From files to index. */
  private void load() {
    WriterOptions upserts = options().upsertBy(KEY).indexMemoryLimitBytes(4L << 30).build();
    KeyedTable.of(table, upserts, Runnable::run).open(table.operations().current());
  }

  /** From files to columns. */
  private void scan() throws IOException {
    List<NestedField> fields = List.of(table.schema().findField(KEY));
    long read = 0;
    try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
      for (FileScanTask file : files) {
        try (KeyScan scan = KeyScan.open(table.io().newInputFile(file.file()), fields, null)) {
          while (scan.next()) {
            read += scan.rows();
          }
        }
      }
    }
    if (read != rows) {
      throw new IllegalStateException("read " + read + " rows of " + rows);
    }
  }
}
