package dev.firn.benchmarks.upsert;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Contestant.Result;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.benchmarks.rows.KeyedReadings;
import dev.firn.benchmarks.rows.KeyedReadings.Latest;
import dev.firn.benchmarks.rows.RowSum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * One round: new tables with the same rows in each, the same batches for everybody, one after
 * another, and then everybody's table is read.
 */
final class Trial implements AutoCloseable {

  /** Batches that everybody writes. */
  static final int BATCHES = 20;

  private static final String COMPACTED = "compacted";
  private static final int SCANS = 5;

  private final Place place;
  private final KeyedReadings readings = new KeyedReadings();
  private final Map<String, String> version;
  private final int batchRows;
  private final long seed;
  private final FirnUpserter firn;
  private final EqualityUpserter rival;
  private Cost rivalScan = Cost.NONE;
  private @Nullable Table compacted;
  private final FirnUpserter floor;

  /** By id, the hash of the row that is to be there in the end. */
  private final long[] expected;

  /**
   * @param keys rows that are in the tables before
   * @param seed of the batches
   */
  Trial(int formatVersion, int keys, int batchRows, long seed) throws IOException {
    this.place = Place.open(Map.of("firn.local.sync", "false"));
    this.version = Map.of(TableProperties.FORMAT_VERSION, Integer.toString(formatVersion));
    this.batchRows = batchRows;
    this.seed = seed;
    this.expected = new long[keys];
    Batch rows = Batch.of(readings, readings.generate(keys));
    expect(rows);
    this.firn = FirnUpserter.upserting(tableWith("firn", rows), readings);
    this.rival = new EqualityUpserter(tableWith("rival", rows));
    this.floor = FirnUpserter.appending(tableWith("floor", rows), readings);
  }

  private void expect(Batch batch) {
    int columns = readings.schema().columns().size();
    for (int i = 0; i < batch.rows().size(); i++) {
      int id = (int) batch.rows().get(i).id();
      expected[id] = RowSum.hash(batch.records().get(i), columns);
    }
  }

  /** A new table that has the rows of {@code batch} in one file, written by Firn. */
  private Table tableWith(String name, Batch batch) throws IOException {
    Table table = place.newTable(name, readings.schema(), version);
    FirnUpserter.load(table, readings, batch);
    return table;
  }

  /** Everybody writes and commits all batches; the bytes are those of all files, metadata apart. */
  Map<String, Result> write() throws Exception {
    List<Upserter> order = new ArrayList<>(List.of(firn, rival, floor));
    Map<String, Long> before = new LinkedHashMap<>();
    Map<String, Cost> costs = new LinkedHashMap<>();
    for (Upserter each : order) {
      before.put(each.name(), bytes(each.table()));
    }
    for (int i = 0; i < BATCHES; i++) {
      List<Latest> rows = readings.updates(seed * BATCHES + i, expected.length, batchRows);
      Batch batch = Batch.of(readings, rows);
      expect(batch);
      for (Upserter each : order) {
        Meter.settle();
        costs.merge(each.name(), Meter.of(() -> each.write(batch)), Cost::plus);
      }
      Collections.rotate(order, 1);
    }
    Map<String, Result> results = new LinkedHashMap<>();
    for (Upserter each : order) {
      long written = bytes(each.table()) - before.getOrDefault(each.name(), 0L);
      results.put(each.name(), new Result(costs.getOrDefault(each.name(), Cost.NONE), written));
    }
    return results;
  }

  private static long bytes(Table table) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(table.location()).resolve("data"))) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /**
   * Everybody's table is read, all rows and columns; beside them one that has Firn's rows in one
   * file, and nothing deleted. All but the floor's must have the same rows.
   */
  Map<String, Result> scan() throws Exception {
    RowSum sum = new RowSum(expected.length, Arrays.stream(expected).sum());
    sum.check(firn.table());
    Table inOneFile = compact(firn.table());
    compacted = inOneFile;
    sum.check(inOneFile);
    Map<String, Result> results =
        scan(Map.of(firn.name(), firn.table(), COMPACTED, inOneFile, floor.name(), floor.table()));
    rivalScan = scan(rival.table());
    sum.check(rival.table());
    results.put(rival.name(), new Result(rivalScan, storedRows(rival.table())));
    return results;
  }

  /** These tables in turns, more than once. */
  private static Map<String, Result> scan(Map<String, Table> tables) throws Exception {
    Map<String, List<Cost>> costs = new HashMap<>();
    List<String> order = new ArrayList<>(new TreeMap<>(tables).keySet());
    for (int i = 0; i < SCANS; i++) {
      for (String name : order) {
        Table table = Objects.requireNonNull(tables.get(name));
        costs.computeIfAbsent(name, n -> new ArrayList<>()).add(scan(table));
      }
      Collections.rotate(order, 1);
    }
    Map<String, Result> results = new HashMap<>();
    for (Map.Entry<String, Table> each : tables.entrySet()) {
      List<Cost> all = costs.getOrDefault(each.getKey(), List.of());
      results.put(each.getKey(), new Result(median(all), storedRows(each.getValue())));
    }
    return results;
  }

  /** Firn's table has its data files rewritten; the bytes are those of the new ones. */
  Result rewrite() throws Exception {
    Meter.settle();
    long before = bytes(firn.table());
    Cost cost = Meter.of(() -> Firn.maintenance(firn.table()).rewriteDataFiles());
    return new Result(cost, bytes(firn.table()) - before);
  }

  /** As {@link #scan}, once more, when {@link #rewrite} is done. */
  Map<String, Result> scanRewritten() throws Exception {
    new RowSum(expected.length, Arrays.stream(expected).sum()).check(firn.table());
    Map<String, Result> results =
        scan(Map.of(firn.name(), firn.table(), COMPACTED, Objects.requireNonNull(compacted)));
    results.put(rival.name(), new Result(rivalScan, storedRows(rival.table())));
    return results;
  }

  /** The same rows in a new table, by the writer of the old one. */
  private Table compact(Table table) throws IOException {
    Table compacted = place.newTable(COMPACTED, readings.schema(), version);
    try (StreamingTableWriter<Record> writer =
            Firn.openWriter(
                compacted,
                Firn.recordMapper(),
                WriterOptions.builder("compact").commitPolicy(CommitPolicy.manual()).build());
        CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      for (Record row : rows) {
        writer.append(withoutPosition(row));
      }
      writer.mark(1);
      writer.commit();
    }
    return compacted;
  }

  /** A reader that applies deletes by position leaves the position behind the columns. */
  private Record withoutPosition(Record row) {
    Record record = GenericRecord.create(readings.schema());
    for (int i = 0; i < readings.schema().columns().size(); i++) {
      record.set(i, row.get(i));
    }
    return record;
  }

  /** Rows in data files, deleted or not. */
  private static long storedRows(Table table) throws IOException {
    long stored = 0;
    try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
      for (FileScanTask file : files) {
        stored += file.file().recordCount();
      }
    }
    return stored;
  }

  private static Cost scan(Table table) throws Exception {
    table.refresh();
    Meter.settle();
    return Meter.of(
        () -> {
          try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
            for (Record row : rows) {
              row.get(0);
            }
          }
        });
  }

  private static Cost median(List<Cost> costs) {
    return costs.stream()
        .sorted(Comparator.comparingLong(Cost::cpuNanos))
        .skip(costs.size() / 2)
        .findFirst()
        .orElse(Cost.NONE);
  }

  @Override
  public void close() {
    firn.close();
    floor.close();
    place.close();
  }
}
