package dev.firn.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.maintain.ConvertedDeletes;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Equality deletes of another engine become deletes by position, and nobody's rows change. */
class EqualityDeletesConversionTest {

  private static final int ID = 1;
  private static final int NAME = 2;
  private static final int PART = 3;
  private static final int WEIGHT = 4;

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(ID, "id", Types.IntegerType.get()),
          NestedField.optional(NAME, "name", Types.StringType.get()),
          NestedField.optional(PART, "part", Types.StringType.get()),
          NestedField.optional(WEIGHT, "weight", Types.DoubleType.get()));

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final TableIdentifier name = TableIdentifier.of("db", "t" + UUID.randomUUID());

  private Table create(int version, PartitionSpec spec) {
    return Firn.createTableIfAbsent(
        catalog,
        name,
        SCHEMA,
        spec,
        SortOrder.unsorted(),
        Map.of(TableProperties.FORMAT_VERSION, Integer.toString(version)));
  }

  private Table unpartitioned() {
    return create(3, PartitionSpec.unpartitioned());
  }

  private static Record row(EqualityDeletingEngine engine, int id) {
    return engine.record(id, "name-" + id, "part-" + id % 3, id / 2.0);
  }

  private static List<DeleteFile> deletes(Table table) {
    table.refresh();
    Map<String, DeleteFile> files = new LinkedHashMap<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> task.deletes().forEach(file -> files.put(file.location(), file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(files.values());
  }

  private static List<DataFile> dataFiles(Table table) {
    table.refresh();
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static ConvertedDeletes convertAndCompare(Table table) {
    List<?> before = GenericsReader.rows(table);
    ConvertedDeletes done = Firn.maintenance(table).convertEqualityDeletes();
    assertThat(GenericsReader.rows(table)).map(Object::toString).hasSameElementsAs(texts(before));
    assertThat(GenericsReader.rows(table)).hasSameSizeAs(before);
    assertThat(deletes(table)).noneMatch(f -> f.content() == FileContent.EQUALITY_DELETES);
    assertThat(table.currentSnapshot().summary())
        .as("nothing is left for readers to compare")
        .containsEntry("total-equality-deletes", "0");
    return done;
  }

  private static List<String> texts(List<?> rows) {
    return rows.stream().map(Object::toString).toList();
  }

  /**
   * Rows and deletes in random order, by random columns, in tables whose schema and partitions
   * change, converted now and then.
   */
  @ParameterizedTest
  @CsvSource({"2,1", "2,2", "2,3", "2,4", "3,5", "3,6", "3,7", "3,8", "3,9", "3,10"})
  void whateverWasDeletedByEqualityIsDeletedByPosition(int version, long seed) {
    Random random = new Random(seed);
    Table table = create(version, spec(random.nextInt(3)));
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    long converted = 0;
    for (int commit = 0; commit < 30; commit++) {
      if (commit == 12) {
        table
            .updateSchema()
            .renameColumn("name", "title")
            .updateColumn("id", Types.LongType.get())
            .commit();
      } else if (commit == 20) {
        table.updateSpec().addField(Expressions.bucket("id", 4)).commit();
      } else if (commit % 7 == 6) {
        converted += convertAndCompare(table).rows();
      }
      engine.commit(records(engine, random, 20), records(engine, random, 8), columns(random));
      if (version == 2 && commit % 5 == 4) {
        engine.deletePositions(somePositions(table, random));
      }
    }
    converted += convertAndCompare(table).rows();
    assertThat(converted).as("with seed %d rows were deleted by equality", seed).isPositive();
    assertThat(Firn.maintenance(table).convertEqualityDeletes())
        .isEqualTo(new ConvertedDeletes(0, 0, 0));
  }

  private static PartitionSpec spec(int which) {
    return switch (which) {
      case 0 -> PartitionSpec.unpartitioned();
      case 1 -> PartitionSpec.builderFor(SCHEMA).identity("part").build();
      default -> PartitionSpec.builderFor(SCHEMA).bucket("id", 3).build();
    };
  }

  private static int[] columns(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new int[] {ID};
      case 1 -> new int[] {NAME};
      case 2 -> new int[] {PART, ID};
      default -> new int[] {NAME, ID, PART};
    };
  }

  private static List<Record> records(EqualityDeletingEngine engine, Random random, int most) {
    List<Record> records = new ArrayList<>();
    int count = random.nextInt(most);
    for (int i = 0; i < count; i++) {
      Record record = engine.record();
      int id = random.nextInt(40);
      record.set(
          0,
          record.struct().fields().get(0).type() == Types.LongType.get() ? (Object) (long) id : id);
      record.set(1, random.nextInt(10) == 0 ? null : "name-" + id % 7);
      record.set(2, random.nextInt(10) == 0 ? null : "part-" + id % 3);
      record.set(3, (double) i);
      records.add(record);
    }
    return records;
  }

  /** Of two files of one partition, as writers do that keep a file for a partition. */
  private static Map<DataFile, List<Long>> somePositions(Table table, Random random) {
    List<DataFile> files = dataFiles(table);
    DataFile any = files.get(random.nextInt(files.size()));
    Map<DataFile, List<Long>> rows = new LinkedHashMap<>();
    for (DataFile file : files) {
      if (file.specId() == any.specId()
          && (file.partition().size() == 0 || file.partition().equals(any.partition()))
          && rows.size() < 2) {
        rows.put(file, List.of(random.nextLong(file.recordCount())));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aWriterThatUpsertsGoesOnWhereTheOtherEngineHasStopped(int version) {
    Table table = create(version, PartitionSpec.unpartitioned());
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(row(engine, 1), row(engine, 2)), List.of(), ID);
    engine.commit(List.of(row(engine, 2), row(engine, 3)), List.of(row(engine, 2)), ID);
    WriterOptions options =
        WriterOptions.builder("s").upsertBy("id").commitPolicy(CommitPolicy.manual()).build();
    assertThatThrownBy(() -> Firn.openWriter(table, Firn.recordMapper(), options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("convertEqualityDeletes");

    assertThat(convertAndCompare(table)).isEqualTo(new ConvertedDeletes(1, 1, 1));

    try (StreamingTableWriter<Record> writer =
        Firn.openWriter(table, Firn.recordMapper(), options)) {
      writer.upsert(engine.record(2, "new", null, null));
      writer.delete(row(engine, 3));
      writer.mark(1);
      assertThat(writer.commit().replaced().rows()).isEqualTo(2);
    }
    assertThat(texts(GenericsReader.rows(table)))
        .containsExactlyInAnyOrder("[1, name-1, part-1, 0.5]", "[2, new, null, null]");
  }

  @Test
  void aDeleteIsNotOfRowsThatCameWithItOrAfterIt() {
    Table table = unpartitioned();
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(row(engine, 1), row(engine, 2)), List.of(row(engine, 1)), ID);
    engine.commit(List.of(row(engine, 1)), List.of(), ID);

    assertThat(convertAndCompare(table)).isEqualTo(new ConvertedDeletes(1, 0, 0));
    assertThat(GenericsReader.rows(table)).hasSize(3);
  }

  @Test
  void aDataFileOfWhichNoRowIsLeftGoes() {
    Table table = unpartitioned();
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(row(engine, 1), row(engine, 2)), List.of(), ID);
    engine.commit(List.of(row(engine, 3)), List.of(row(engine, 1), row(engine, 2)), ID);

    assertThat(convertAndCompare(table)).isEqualTo(new ConvertedDeletes(1, 2, 1));
    assertThat(dataFiles(table)).hasSize(1);
    assertThat(deletes(table)).isEmpty();
  }

  @Test
  void aTableWithoutEqualityDeletesIsLeftAsItIs() {
    Table table = unpartitioned();
    assertThat(Firn.maintenance(table).convertEqualityDeletes())
        .isEqualTo(new ConvertedDeletes(0, 0, 0));
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(row(engine, 1)), List.of(), ID);
    long head = table.currentSnapshot().snapshotId();

    assertThat(Firn.maintenance(table).convertEqualityDeletes())
        .isEqualTo(new ConvertedDeletes(0, 0, 0));
    table.refresh();
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(head);
  }

  @Test
  void streamsKeepTheirTokens() {
    Table table = unpartitioned();
    WriterOptions options =
        WriterOptions.builder("events").commitPolicy(CommitPolicy.manual()).build();
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    try (StreamingTableWriter<Record> writer =
        Firn.openWriter(table, Firn.recordMapper(), options)) {
      writer.append(row(engine, 1));
      writer.mark(7);
      writer.commit();
      engine.commit(List.of(), List.of(row(engine, 1)), ID);
      assertThat(convertAndCompare(table).rows()).isEqualTo(1);
      writer.append(row(engine, 2));
      writer.mark(8);
      writer.commit();
    }
    try (StreamingTableWriter<Record> writer =
        Firn.openWriter(table, Firn.recordMapper(), options)) {
      assertThat(writer.committed().position()).hasValue(8);
    }
    assertThat(GenericsReader.rows(table)).hasSize(1);
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
    Table table = unpartitioned();
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(row(engine, 1), row(engine, 2)), List.of(), ID);
    engine.commit(List.of(), List.of(row(engine, 2)), ID);
    int snapshots = count(table.snapshots());
    FaultPlan plan = FaultPlan.scripted().on(Call.COMMIT, 1, fault);

    ConvertedDeletes done =
        Firn.maintenance(new FaultyCatalog(catalog, plan).loadTable(name)).convertEqualityDeletes();

    assertThat(done).isEqualTo(new ConvertedDeletes(1, 1, 1));
    table.refresh();
    assertThat(count(table.snapshots())).isEqualTo(snapshots + 1);
    assertThat(texts(GenericsReader.rows(table))).containsExactly("[1, name-1, part-1, 0.5]");
  }

  @Test
  void whatOthersCommitMeanwhileIsConvertedToo() {
    Table table = unpartitioned();
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(row(engine, 1), row(engine, 2), row(engine, 3)), List.of(), ID);
    engine.commit(List.of(), List.of(row(engine, 2)), ID);
    FaultPlan plan =
        FaultPlan.scripted()
            .on(Call.COMMIT, 1, Fault.SLOW_COMMIT)
            .sleeper(howLong -> {})
            .meanwhile(() -> engine.commit(List.of(), List.of(row(engine, 3)), ID));

    ConvertedDeletes done =
        Firn.maintenance(new FaultyCatalog(catalog, plan).loadTable(name)).convertEqualityDeletes();

    assertThat(done).isEqualTo(new ConvertedDeletes(2, 2, 1));
    assertThat(texts(GenericsReader.rows(table))).containsExactly("[1, name-1, part-1, 0.5]");
  }

  private static int count(Iterable<?> things) {
    return (int) StreamSupport.stream(things.spliterator(), false).count();
  }

  @Test
  void columnsThatCannotBeComparedAreNamed() {
    Table table = unpartitioned();
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(List.of(row(engine, 1)), List.of(), ID);
    engine.commit(List.of(), List.of(row(engine, 1)), WEIGHT);
    long head = table.currentSnapshot().snapshotId();

    assertThatThrownBy(() -> Firn.maintenance(table).convertEqualityDeletes())
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll("weight", "double");
    table.refresh();
    assertThat(table.currentSnapshot().snapshotId()).isEqualTo(head);
  }

  @Test
  void filesThatAreNotParquetAreNamed() {
    Table table = unpartitioned();
    EqualityDeletingEngine engine = new EqualityDeletingEngine(table);
    engine.commit(FileFormat.AVRO, List.of(row(engine, 1)), List.of(), ID);
    engine.commit(List.of(), List.of(row(engine, 1)), ID);

    assertThatThrownBy(() -> Firn.maintenance(table).convertEqualityDeletes())
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll(".avro", "AVRO");
  }
}
