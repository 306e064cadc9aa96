package dev.firn.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.RowLineage;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.maintain.RewrittenFiles;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows move into new files, and readers see no difference. */
class RewriteDataFilesTest {

  private record Row(long id, String value) {}

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "value", Types.StringType.get()));

  private static final RecordMapper<Row> MAPPER =
      (row, to) -> to.setLong(0, row.id()).setString(1, row.value());

  private static final RewrittenFiles NOTHING = new RewrittenFiles(0, 0, 0, 0, 0, 0, 0);

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final TableIdentifier name = TableIdentifier.of("db", "t" + UUID.randomUUID());

  private Table create(int version, boolean partitioned) {
    return Firn.createTableIfAbsent(
        catalog,
        name,
        SCHEMA,
        partitioned
            ? PartitionSpec.builderFor(SCHEMA).bucket("value", 2).build()
            : PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        Map.of(
            TableProperties.FORMAT_VERSION,
            Integer.toString(version),
            TableProperties.PARQUET_PAGE_ROW_LIMIT,
            "100"));
  }

  private static StreamingTableWriter<Row> upserter(Table table) {
    return Firn.openWriter(
        table,
        MAPPER,
        WriterOptions.builder("upserts")
            .commitPolicy(CommitPolicy.manual())
            .rowLineage(TableUtil.formatVersion(table) < 3 ? RowLineage.NEW : RowLineage.PRESERVE)
            .upsertBy("id")
            .build());
  }

  private static void commit(StreamingTableWriter<Row> writer) {
    writer.mark(writer.status().marked().position().orElse(0) + 1);
    writer.commit();
  }

  private static void upsert(StreamingTableWriter<Row> writer, long from, long to, String value) {
    for (long id = from; id < to; id++) {
      writer.upsert(new Row(id, value));
    }
    commit(writer);
  }

  private static void append(Table table, String stream, long from, long to) {
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(
            table,
            MAPPER,
            WriterOptions.builder(stream).commitPolicy(CommitPolicy.manual()).build())) {
      for (long id = from; id < to; id++) {
        writer.append(new Row(id, stream));
      }
      commit(writer);
    }
  }

  /** By id, all that a reader sees: the row's id and last change too, if the table has them. */
  private static Map<Long, String> seen(Table table) {
    table.refresh();
    Schema schema =
        TableUtil.formatVersion(table) < 3 ? SCHEMA : MetadataColumns.schemaWithRowLineage(SCHEMA);
    Map<Long, String> seen = new TreeMap<>();
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).project(schema).build()) {
      for (Record row : rows) {
        StringBuilder cells = new StringBuilder();
        schema.columns().forEach(c -> cells.append(row.getField(c.name())).append(' '));
        assertThat(seen.put((Long) row.getField("id"), cells.toString())).isNull();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seen;
  }

  private static Map<Long, String> values(Table table) {
    Map<Long, String> values = new TreeMap<>();
    seen(table).forEach((id, cells) -> values.put(id, cells.split(" ", 3)[1]));
    return values;
  }

  private static List<FileScanTask> tasks(Table table) {
    table.refresh();
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
      planned.forEach(tasks::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tasks;
  }

  private static RewrittenFiles rewriteAndCompare(Table table) {
    Map<Long, String> before = seen(table);
    Snapshot head = table.currentSnapshot();
    RewrittenFiles done = Firn.maintenance(table).rewriteDataFiles();
    assertThat(seen(table)).isEqualTo(before);
    if (done.files() > 0) {
      assertThat(table.currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
      assertThat(table.currentSnapshot().parentId()).isEqualTo(head.snapshotId());
    }
    return done;
  }

  /** A stream upserts, others append, and now and then files are rewritten beside them. */
  @ParameterizedTest
  @CsvSource({"2,false,1", "2,true,2", "3,false,3", "3,true,4", "3,true,5"})
  void whateverIsRewrittenReadersAndWritersGoOn(int version, boolean partitioned, long seed) {
    Table table = create(version, partitioned);
    Random random = new Random(seed);
    Map<Long, String> expected = new TreeMap<>();
    int rewritten = 0;
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      for (int round = 0; round < 40; round++) {
        for (int i = random.nextInt(300); i >= 0; i--) {
          long id = random.nextInt(2000);
          if (random.nextInt(8) == 0) {
            writer.delete(new Row(id, ""));
            expected.remove(id);
          } else {
            String value = "v" + random.nextInt(1000);
            writer.upsert(new Row(id, value));
            expected.put(id, value);
          }
        }
        commit(writer);
        if (random.nextInt(6) == 0) {
          append(table, "others", 10_000 + round * 100, 10_000 + round * 100 + 50);
          for (int i = 0; i < 50; i++) {
            expected.put(10_000L + round * 100 + i, "others");
          }
        }
        if (random.nextInt(6) == 0) {
          rewritten += rewriteAndCompare(table).files();
        }
      }
      assertThat(values(table)).isEqualTo(expected);
    }
    assertThat(rewritten).isPositive();
    rewriteAndCompare(table);
    for (FileScanTask task : tasks(table)) {
      long deleted = task.deletes().stream().mapToLong(d -> d.recordCount()).sum();
      assertThat(deleted).isLessThanOrEqualTo(task.file().recordCount() / 10);
    }
    assertThat(Firn.maintenance(table).rewriteDataFiles()).isEqualTo(NOTHING);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void deadRowsAreGoneAndCounted(int version) {
    Table table = create(version, false);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      upsert(writer, 0, 1000, "old");
      upsert(writer, 500, 800, "new");
    }
    RewrittenFiles done = rewriteAndCompare(table);
    assertThat(done.files()).isEqualTo(1);
    assertThat(done.into()).isEqualTo(1);
    assertThat(done.rows()).isEqualTo(700);
    assertThat(done.deletedRows()).isEqualTo(300);
    assertThat(done.intoBytes()).isPositive();
    assertThat(tasks(table)).hasSize(2).allSatisfy(task -> assertThat(task.deletes()).isEmpty());
  }

  @Test
  void smallFilesAreTakenTogetherIfTheyAreFive() {
    Table table = create(3, false);
    for (int i = 0; i < 4; i++) {
      append(table, "s" + i, i * 10, i * 10 + 10);
    }
    assertThat(rewriteAndCompare(table)).isEqualTo(NOTHING);
    append(table, "s", 40, 50);
    RewrittenFiles done = rewriteAndCompare(table);
    assertThat(done.files()).isEqualTo(5);
    assertThat(done.into()).isEqualTo(1);
    assertThat(tasks(table)).hasSize(1);
  }

  @Test
  void whoReadsWhatIsAppendedDoesNotReadItTwice() {
    Table table = create(3, false);
    for (int i = 0; i < 6; i++) {
      append(table, "s" + i, i * 10, i * 10 + 10);
    }
    long before = table.currentSnapshot().snapshotId();
    rewriteAndCompare(table);
    append(table, "s", 60, 70);
    table.refresh();
    long rows = 0;
    try (CloseableIterable<FileScanTask> added =
        table.newIncrementalAppendScan().fromSnapshotExclusive(before).planFiles()) {
      for (FileScanTask task : added) {
        rows += task.file().recordCount();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(rows).isEqualTo(10);
  }

  @Test
  void anEmptyTableIsLeftAsItIs() {
    assertThat(Firn.maintenance(create(3, false)).rewriteDataFiles()).isEqualTo(NOTHING);
  }

  @Test
  void filesWithoutALiveRowGo() {
    Table table = create(3, false);
    append(table, "a", 0, 10);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      upsert(writer, 0, 9, "new");
      DataFile first = tasks(table).get(0).file();
      assertThat(first.recordCount()).isPositive();
    }
    rewriteAndCompare(table);
    assertThat(seen(table)).hasSize(10);
  }

  /** The rewrite's own commit is slow, and others are at work meanwhile. */
  private RewrittenFiles rewriteWhile(Table table, Consumer<Table> others) {
    FaultPlan plan =
        FaultPlan.scripted()
            .on(Call.COMMIT, 1, Fault.SLOW_COMMIT)
            .sleeper(howLong -> {})
            .meanwhile(() -> others.accept(table));
    Table slow = new FaultyCatalog(catalog, plan).loadTable(name);
    return Firn.maintenance(slow).rewriteDataFiles();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whatIsDeletedMeanwhileIsDeletedWhereItHasGone(int version) {
    Table table = create(version, false);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      upsert(writer, 0, 1000, "old");
      upsert(writer, 100, 400, "new");
      RewrittenFiles done =
          rewriteWhile(
              table,
              t -> {
                for (long id = 50; id < 1000; id += 50) {
                  writer.upsert(new Row(id, "newest"));
                }
                writer.delete(new Row(999, ""));
                commit(writer);
              });
      assertThat(done.files()).isEqualTo(1);
      assertThat(done.abandoned()).isZero();
      Map<Long, String> expected = new TreeMap<>();
      for (long id = 0; id < 999; id++) {
        boolean newest = id > 0 && id % 50 == 0;
        expected.put(id, newest ? "newest" : id >= 100 && id < 400 ? "new" : "old");
      }
      assertThat(values(table)).isEqualTo(expected);
      table.refresh();
      assertThat(table.currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
      upsert(writer, 0, 1000, "last");
      assertThat(values(table)).hasSize(1000).containsEntry(50L, "last");
    }
  }

  @Test
  void whereAllRowsAreDeletedMeanwhileNoFileComes() {
    Table table = create(3, false);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      upsert(writer, 0, 1000, "old");
      upsert(writer, 0, 900, "new");
      RewrittenFiles done = rewriteWhile(table, t -> upsert(writer, 900, 1000, "newest"));
      assertThat(done.files()).isZero();
      assertThat(done.abandoned()).isEqualTo(1);
      assertThat(values(table)).hasSize(1000).containsEntry(950L, "newest");
    }
  }

  @Test
  void filesThatAreGoneMeanwhileAreGivenUp() {
    Table table = create(3, false);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      upsert(writer, 0, 1000, "old");
      upsert(writer, 0, 900, "new");
    }
    Map<Long, String> before = values(table);
    int filesBefore = catalog.io().locations().size();
    RewrittenFiles done = rewriteWhile(table, t -> Firn.maintenance(t).rewriteDataFiles());
    assertThat(done.files()).isZero();
    assertThat(done.abandoned()).isEqualTo(1);
    assertThat(values(table)).isEqualTo(before);
    assertThat(catalog.io().locations().stream().filter(p -> p.endsWith(".parquet")).count())
        .as("files of %d before", filesBefore)
        .isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "REFUSED",
        "APPLIED_BUT_REFUSED",
        "UNKNOWN_APPLIED",
        "UNKNOWN_NOT_APPLIED",
        "ERROR_APPLIED",
        "ERROR_NOT_APPLIED"
      })
  void whateverTheCatalogAnswersItIsDoneOnce(Fault fault) {
    Table table = create(3, false);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      upsert(writer, 0, 1000, "old");
      upsert(writer, 0, 900, "new");
    }
    Map<Long, String> before = seen(table);
    FaultPlan plan = FaultPlan.scripted().on(Call.COMMIT, 1, fault);
    RewrittenFiles done =
        Firn.maintenance(new FaultyCatalog(catalog, plan).loadTable(name)).rewriteDataFiles();
    assertThat(done.files()).isEqualTo(1);
    assertThat(seen(table)).isEqualTo(before);
    assertThat(tasks(table)).hasSize(2).allSatisfy(task -> assertThat(task.deletes()).isEmpty());
  }

  @Test
  void streamsKeepTheirTokens() {
    Table table = create(3, false);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      upsert(writer, 0, 100, "old");
      upsert(writer, 0, 50, "new");
    }
    assertThat(rewriteAndCompare(table).files()).isEqualTo(1);
    try (StreamingTableWriter<Row> writer = upserter(table)) {
      assertThat(writer.committed().position()).hasValue(2);
    }
  }

  @Test
  void equalityDeletesHaveToBeTurnedIntoOthersFirst() {
    Table table = create(3, false);
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(engine.record(1L, "a")), List.of(), 1);
    engine.commit(List.of(), List.of(engine.record(1L, "a")), 1);
    assertThatThrownBy(() -> Firn.maintenance(table).rewriteDataFiles())
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("convertEqualityDeletes");
  }
}
