package dev.firn.internal.stream;

import static dev.firn.internal.stream.KeyedTables.MAPPER;
import static dev.firn.internal.stream.KeyedTables.equalityDeletes;
import static dev.firn.internal.stream.KeyedTables.rowsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.DeleteMode;
import dev.firn.api.Ownership;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.encode.FileNames;
import dev.firn.internal.stream.KeyedTables.Expected;
import dev.firn.internal.stream.KeyedTables.Row;
import dev.firn.internal.stream.KeyedTables.Shape;
import dev.firn.testkit.DuckDbReader;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.KeptTasks;
import dev.firn.testkit.MemoryCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Without an index a table holds the last row of each key too, if its readers apply the deletes.
 */
class EqualityDeleteModeTest {

  private final MemoryCatalog catalog = new MemoryCatalog();

  @ParameterizedTest
  @EnumSource
  void lastRowOfEachKeyIsThere(Shape shape) {
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(shape.ordinal());
    long position = 0;
    for (int opening = 0; opening < 3; opening++) {
      try (StreamingTableWriter<Row> writer =
          Firn.openWriter(table, MAPPER, shape.options("s").build())) {
        assertThat(writer.committed().position().orElse(0)).isEqualTo(position);
        for (int commit = 0; commit < 4; commit++) {
          expected.changes(writer, random, 1 + random.nextInt(300), 200);
          writer.mark(++position);
          assertThat(writer.commit().outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
          assertThat(rowsOf(table)).isEqualTo(expected.sorted());
        }
      }
    }
  }

  /** So many that files are full before the commit, and keys of several pages are deleted. */
  @ParameterizedTest
  @EnumSource(names = {"FLAT_2", "FLAT_3", "BUCKET_3", "SORTED_IDENTITY", "STRING"})
  void rowsThatAreInFilesAlreadyAreSuperseded(Shape shape) {
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(shape.ordinal());
    WriterOptions options = shape.options("s").targetFileBytes(40_000).build();
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, options)) {
      for (int commit = 1; commit <= 2; commit++) {
        for (int i = 0; i < 70_000; i++) {
          Row row = Row.of(random.nextInt(1 + random.nextInt(50_000)), random.nextInt());
          expected.change(writer, row, random.nextInt(50) == 0);
        }
        writer.mark(commit);
        writer.commit();
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
        assertThat(writer.status().bytesBuffered()).isZero();
      }
    }
    if (!shape.partition.equals("bucket")) { // there no page is full before the cut
      assertThat(KeyedTables.deletes(table).stream().map(DeleteFile::content))
          .contains(FileContent.POSITION_DELETES);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachCommitHasOneDeleteFileAPartitionWithEachKeyOnce(Shape shape) {
    Table table = shape.create(catalog);
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(table, MAPPER, shape.options("s").build())) {
      for (long id = 0; id < 40; id++) {
        writer.upsert(Row.of(id % 20, id));
      }
      writer.delete(Row.of(3, 0));
      writer.delete(Row.of(77, 0));
      writer.mark(1);
      writer.commit();
    }
    List<DeleteFile> files = equalityDeletes(table);
    assertThat(KeyedTables.deletes(table)).hasSameSizeAs(files);
    assertThat(files.stream().mapToLong(DeleteFile::recordCount).sum()).isEqualTo(21);
    assertThat(files.stream().map(file -> file.partition().toString())).doesNotHaveDuplicates();
    assertThat(files).hasSize(shape.partitions);
    for (DeleteFile file : files) {
      assertThat(file.equalityFieldIds())
          .containsExactlyElementsOf(
              shape.key.stream().map(name -> table.schema().findField(name).fieldId()).toList());
      assertThat(file.lowerBounds()).containsOnlyKeys(file.equalityFieldIds());
      assertThat(file.upperBounds()).containsOnlyKeys(file.equalityFieldIds());
      assertThat(file.location()).contains("firn-s-").endsWith("-equality-deletes.parquet");
      assertThat(FileNames.isOurs(file.location().substring(file.location().lastIndexOf('/') + 1)))
          .isTrue();
    }
  }

  @Test
  void nothingOfTheTableIsReadAndCountsAreNotKnown() {
    Table table = Shape.FLAT_3.create(catalog);
    WriterListener listener =
        new WriterListener() {
          @Override
          public void indexProgress(long rowsRead, long rowsTotal) {
            throw new AssertionError("an index is read");
          }
        };
    for (int opening = 1; opening <= 2; opening++) {
      try (StreamingTableWriter<Row> writer =
          Firn.openWriter(table, MAPPER, Shape.FLAT_3.options("s").listener(listener).build())) {
        writer.upsert(Row.of(1, opening));
        writer.delete(Row.of(9, 0));
        writer.mark(opening);
        CommitResult result = writer.commit();
        assertThat(result.rows()).isEqualTo(1);
        assertThat(result.replaced().rows()).isZero();
        assertThat(result.replaced().missedDeletes()).isZero();
        assertThat(result.replaced().deleteFileBytes())
            .isEqualTo(equalityDeletes(table).get(0).fileSizeInBytes());
      }
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 2).cells().toString());
  }

  @Test
  void rowsThatWereOnlyAppendedAreReplacedToo() {
    Shape shape = Shape.BUCKET_3;
    Table table = shape.create(catalog);
    try (StreamingTableWriter<Row> appender =
            Firn.openWriter(table, MAPPER, shape.options("a").appendOnly().build());
        StreamingTableWriter<Row> upserter =
            Firn.openWriter(table, MAPPER, shape.options("u").build())) {
      for (long id = 0; id < 10; id++) {
        appender.append(Row.of(id, 1));
        appender.append(Row.of(id, 2));
      }
      appender.mark(1);
      appender.commit();
      upserter.upsert(Row.of(4, 3));
      upserter.delete(Row.of(5, 3));
      upserter.mark(1);
      upserter.commit();
      appender.append(Row.of(5, 4));
      appender.mark(2);
      appender.commit();
    }
    assertThat(rowsOf(table)).hasSize(8 * 2 + 1 + 1);
  }

  @Test
  void aTableThatHadAnIndexGoesOnWithoutAndHasItsVectorsStill() {
    Shape shape = Shape.FLAT_3;
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(1);
    for (int position = 1; position <= 2; position++) {
      DeleteMode mode = position == 1 ? DeleteMode.AUTO : DeleteMode.EQUALITY_DELETES;
      try (StreamingTableWriter<Row> writer =
          Firn.openWriter(table, MAPPER, shape.options("s").deleteMode(mode).build())) {
        for (int commit = 0; commit < 2; commit++) {
          expected.changes(writer, random, 100, 50);
          writer.mark(position * 10L + commit);
          writer.commit();
          assertThat(rowsOf(table)).isEqualTo(expected.sorted());
        }
      }
    }
    assertThat(KeyedTables.deletes(table).stream().map(DeleteFile::content))
        .contains(FileContent.POSITION_DELETES, FileContent.EQUALITY_DELETES);
    assertThatThrownBy(
            () ->
                Firn.openWriter(
                    table, MAPPER, shape.options("s").deleteMode(DeleteMode.AUTO).build()))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll(
            "equality deletes", "-equality-deletes.parquet", "convertEqualityDeletes");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsConvertedIsUpsertedOnWithAnIndex(Shape shape) {
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(shape.ordinal());
    for (int round = 0; round < 2; round++) {
      for (DeleteMode mode : List.of(DeleteMode.EQUALITY_DELETES, DeleteMode.AUTO)) {
        try (StreamingTableWriter<Row> writer =
            Firn.openWriter(table, MAPPER, shape.options("s").deleteMode(mode).build())) {
          for (int commit = 0; commit < 3; commit++) {
            expected.changes(writer, random, 100, 60);
            writer.mark(writer.committed().position().orElse(0) + 1);
            writer.commit();
          }
        }
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
        Firn.maintenance(catalog.loadTable(KeyedTables.NAME)).convertEqualityDeletes();
        assertThat(equalityDeletes(table)).isEmpty();
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
      }
    }
  }

  @Test
  void aTableThatIsUpgradedIsWrittenOn() {
    Shape shape = Shape.IDENTITY_2;
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(2);
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(table, MAPPER, shape.options("s").targetFileBytes(2_000).build())) {
      for (int commit = 1; commit <= 4; commit++) {
        expected.changes(writer, random, 30_000, 2_000);
        writer.mark(commit);
        if (commit == 3) { // what is cut for version 2 is committed to version 3
          table.updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
        }
        writer.commit();
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
      }
    }
  }

  @Test
  void aBranchIsUpsertedByItself() {
    Shape shape = Shape.FLAT_2;
    Table table = shape.create(catalog);
    try (StreamingTableWriter<Row> main =
            Firn.openWriter(table, MAPPER, shape.options("s").build());
        StreamingTableWriter<Row> branch =
            Firn.openWriter(table, MAPPER, shape.options("b").branch("audit").build())) {
      main.upsert(Row.of(1, 1));
      main.mark(1);
      main.commit();
      branch.upsert(Row.of(1, 2));
      branch.mark(1);
      branch.commit();
      branch.upsert(Row.of(1, 3));
      branch.mark(2);
      branch.commit();
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 1).cells().toString());
    assertThat(GenericsReader.rows(table, "audit")).hasSize(1);
  }

  @Test
  void aKeyColumnMayBeRenamedAndWidened() {
    Table table = Shape.FLAT_3.create(catalog);
    RecordMapper<Row> mapper =
        (row, to) -> to.setLong(0, row.id()).setLong(1, row.id() % 3).setLong(3, row.value());
    WriterOptions options = Shape.FLAT_3.options("s").upsertBy("kind", "id").build();
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, mapper, options)) {
      for (int position = 1; position <= 5; position++) {
        writer.upsert(Row.of(1, position));
        writer.upsert(Row.of(2, position));
        writer.mark(position);
        if (position == 2) {
          table.updateSchema().updateColumn("kind", Types.LongType.get()).commit();
        } else if (position == 3) {
          table.updateSchema().renameColumn("kind", "sort").commit();
        }
        writer.commit();
      }
    }
    assertThat(rowsOf(table)).containsExactly("[1, 1, null, 5]", "[2, 2, null, 5]");
  }

  @Test
  void aSoftDeleteKeepsTheRowAndMarksIt() {
    Shape shape = Shape.FLAT_3;
    Table table = shape.create(catalog);
    table.updateSchema().addColumn("gone", Types.BooleanType.get()).commit();
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(table, MAPPER, shape.options("s").softDeleteColumn("gone").build())) {
      writer.upsert(Row.of(1, 1));
      writer.mark(1);
      writer.commit();
      writer.delete(Row.of(1, 2));
      writer.mark(2);
      writer.commit();
    }
    assertThat(rowsOf(table)).containsExactly("[1, 1, name-1, 2, true]");
  }

  @Test
  void aSharedWriterUpsertsToo() {
    Shape shape = Shape.BUCKET_2;
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(3);
    for (int opening = 0; opening < 2; opening++) {
      try (SharedTableWriter<Row> writer =
          Firn.openSharedWriter(table, MAPPER, shape.options("s").build())) {
        for (int i = 0; i < 500; i++) {
          Row row = Row.of(random.nextInt(60), i);
          boolean delete = random.nextInt(3) == 0;
          if (delete) {
            writer.delete(row);
          } else {
            writer.upsert(row);
          }
          expected.note(row, delete);
          if (i % 100 == 0) {
            assertThat(writer.flush(Duration.ofMinutes(1))).isTrue();
          }
        }
      }
      assertThat(rowsOf(table)).isEqualTo(expected.sorted());
    }
  }

  @Test
  void writersOfAGroupHaveKeysOfTheirOwnAndShareSnapshots() {
    Shape shape = Shape.IDENTITY_3;
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(4);
    KeptTasks tasks = new KeptTasks();
    WriterOptions options =
        shape.options("g").ownership(Ownership.PER_SOURCE).executor(tasks).build();
    try (StreamingGroup group =
        new StreamingGroup(
            table,
            options,
            (on, with, keyed) -> CommitterAccess.open(on, with, keyed, waited -> {}),
            Duration.ZERO)) {
      List<StreamingTableWriter<Row>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        writers.add(group.openWriter(MAPPER));
        writers.get(i).claim(List.of("p" + i), 1);
      }
      for (int round = 1; round <= 8; round++) {
        int before = KeyedTables.snapshots(table);
        for (int w = 0; w < 3; w++) {
          for (int i = 0; i < 50; i++) {
            Row row = Row.of(random.nextInt(30) * 3L + w, random.nextInt());
            expected.change(writers.get(w), row, random.nextInt(4) == 0);
          }
          writers.get(w).mark("p" + w, 10L * round);
          writers.get(w).commitAsync();
          if (round % 2 == 0) { // two cuts of one writer wait at once
            expected.change(writers.get(w), Row.of(w, round), false);
            writers.get(w).mark("p" + w, 10L * round + 1);
            writers.get(w).commitAsync();
          }
        }
        tasks.run();
        assertThat(KeyedTables.snapshots(table) - before).isEqualTo(round % 2 == 0 ? 2 : 1);
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
      }
    }
  }

  @Test
  void abandonedDeleteFilesAreFoundByTheirNamesAndOthersStay(@TempDir Path folder) {
    Shape shape = Shape.IDENTITY_3;
    try (JdbcCatalog local = Firn.openEmbedded(folder, Map.of("firn.local.sync", "false"))) {
      Table table = shape.create(local);
      CommitToken end = CommitToken.of(1);
      try (StagingTableWriter<Row> dies =
              Firn.openStagingWriter(table, MAPPER, shape.options("s").build());
          StreamingTableWriter<Row> writer =
              Firn.openWriter(table, MAPPER, shape.options("s").build())) {
        dies.upsert(Row.of(1, 1));
        dies.delete(Row.of(2, 1));
        dies.stage(CommitToken.none(), end);
        writer.upsert(Row.of(1, 2));
        writer.upsert(Row.of(2, 2));
        writer.mark(1);
        writer.commit();
      }
      assertThat(
              Firn.maintenance(local.loadTable(KeyedTables.NAME))
                  .removeAbandonedFiles(Duration.ZERO)
                  .dataFiles())
          .isEqualTo(3);
      assertThat(rowsOf(table)).hasSize(2);
      assertThat(equalityDeletes(table)).hasSize(2);
    }
  }

  /** DuckDB knows nothing of Iceberg: what it reads is what is in the file. */
  @Test
  void strangersReadTheKeysOfADeleteFile(@TempDir Path folder) {
    Shape shape = Shape.NULLS;
    try (JdbcCatalog local = Firn.openEmbedded(folder, Map.of("firn.local.sync", "false"))) {
      Table table = shape.create(local);
      try (StreamingTableWriter<Row> writer =
          Firn.openWriter(table, MAPPER, shape.options("s").build())) {
        writer.upsert(new Row(1, 7, "seven", 1));
        writer.upsert(new Row(2, 7, "seven", 2));
        writer.delete(new Row(3, 7, null, 3));
        writer.upsert(new Row(4, null, null, 4));
        writer.delete(new Row(5, null, "nobody", 5));
        writer.mark(1);
        writer.commit();
      }
      Schema key =
          new Schema(List.of(table.schema().findField("kind"), table.schema().findField("name")));
      List<String> files = equalityDeletes(table).stream().map(DeleteFile::location).toList();
      assertThat(DuckDbReader.rows(key, files).stream().map(Object::toString))
          .containsExactlyInAnyOrder("[7, seven]", "[7, null]", "[null, null]", "[null, nobody]");
    }
  }

  @Test
  void whatIsDroppedLeavesNoFile() {
    Shape shape = Shape.FLAT_3;
    Table table = shape.create(catalog);
    try (StagingTableWriter<Row> writer =
        Firn.openStagingWriter(table, MAPPER, shape.options("s").targetFileBytes(10_000).build())) {
      for (long id = 0; id < 100_000; id++) {
        writer.upsert(Row.of(id, id));
      }
      writer.abort();
      assertThat(writer.status().bytesBuffered()).isZero();
    }
    assertThat(catalog.io().locations()).noneMatch(file -> file.contains("/data/"));
  }
}
