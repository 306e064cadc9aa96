package dev.firn.internal.stream;

import static dev.firn.internal.stream.KeyedTables.MAPPER;
import static dev.firn.internal.stream.KeyedTables.rowsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.DeleteMode;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.ChangeKind;
import dev.firn.internal.stream.KeyedTables.Expected;
import dev.firn.internal.stream.KeyedTables.Row;
import dev.firn.internal.stream.KeyedTables.Shape;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.MemoryCatalog;
import java.util.Random;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upserts that are staged here and committed there, with their deletes in the bytes between. */
class EqualityStagingTest {

  private static final CommitToken NONE = CommitToken.none();

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final FaultPlan plan = FaultPlan.scripted();

  private static StagingTableWriter<Row> stager(Table table, Shape shape) {
    return Firn.openStagingWriter(table, MAPPER, shape.options("s").build());
  }

  private Table faulty(Shape shape) {
    shape.create(catalog);
    return new FaultyCatalog(catalog, plan).loadTable(KeyedTables.NAME);
  }

  /** A committer needs to know neither key nor mode. */
  private TableCommitter committer() {
    return Firn.openCommitter(
        catalog.loadTable(KeyedTables.NAME), WriterOptions.builder("s").build());
  }

  private static StagedCommit shipped(StagedCommit staged) {
    return StagedCommit.fromBytes(staged.toBytes());
  }

  @ParameterizedTest
  @EnumSource
  void stagedUpsertsAreCommittedOnceHoweverOftenTheyArrive(Shape shape) {
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(shape.ordinal());
    CommitToken at = NONE;
    for (int opening = 0; opening < 2; opening++) {
      try (StagingTableWriter<Row> writer = stager(table, shape);
          TableCommitter committer = committer()) {
        for (int stage = 0; stage < 4; stage++) {
          expected.changes(writer, random, 200, 100);
          CommitToken to = CommitToken.of(at.position().orElse(0) + 1);
          StagedCommit staged = writer.stage(at, to);
          at = to;
          assertThat(committer.commit(shipped(staged)).outcome())
              .isEqualTo(CommitResult.Outcome.COMMITTED);
          assertThat(committer.commit(shipped(staged)).outcome())
              .isEqualTo(CommitResult.Outcome.ALREADY_COMMITTED);
          assertThat(rowsOf(table)).isEqualTo(expected.sorted());
        }
      }
    }
  }

  /** Positions of superseded rows travel in the bytes; the committer writes what they become. */
  @ParameterizedTest
  @EnumSource(names = {"FLAT_2", "SORTED", "IDENTITY_2"})
  void rowsThatAreInFilesAlreadyAreSuperseded(Shape shape) {
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    Random random = new Random(shape.ordinal());
    WriterOptions options = shape.options("s").targetFileBytes(40_000).build();
    try (StagingTableWriter<Row> writer = Firn.openStagingWriter(table, MAPPER, options);
        TableCommitter committer = committer()) {
      for (int i = 0; i < 70_000; i++) {
        Row row = Row.of(random.nextInt(1 + random.nextInt(30_000)), random.nextInt());
        expected.change(writer, row, random.nextInt(50) == 0);
      }
      StagedCommit staged = writer.stage(NONE, CommitToken.of(1));
      assertThat(writer.status().bytesBuffered()).isZero();
      CommitResult result = committer.commit(shipped(staged));
      assertThat(result.rows()).isEqualTo(expected.sorted().size());
    }
    assertThat(rowsOf(table)).isEqualTo(expected.sorted());
    assertThat(KeyedTables.deletes(table).stream().map(DeleteFile::content))
        .contains(FileContent.POSITION_DELETES, FileContent.EQUALITY_DELETES);
  }

  @Test
  void stagesOfDifferentWritersAndSourcesShareASnapshot() {
    Shape shape = Shape.BUCKET_3;
    Table table = shape.create(catalog);
    Expected expected = new Expected(shape);
    try (StagingTableWriter<Row> one = stager(table, shape);
        StagingTableWriter<Row> two = stager(table, shape);
        TableCommitter committer = committer()) {
      int before = KeyedTables.snapshots(table);
      for (int round = 1; round <= 3; round++) {
        expected.change(one, Row.of(2, round), false);
        expected.change(two, Row.of(3, round), round == 2);
        StagedCommit first = one.stage(at("p1", round - 1), at("p1", round));
        StagedCommit second = two.stage(at("p2", round - 1), at("p2", round));
        committer.commit(first, second);
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
      }
      assertThat(KeyedTables.snapshots(table) - before).isEqualTo(3);
    }
  }

  private static CommitToken at(String source, int position) {
    return position == 0 ? NONE : CommitToken.of(source, position);
  }

  @Test
  void twoStagesOfOneWriterOrSourceDoNotShareASnapshot() {
    Shape shape = Shape.FLAT_3;
    Table table = shape.create(catalog);
    try (StagingTableWriter<Row> one = stager(table, shape);
        StagingTableWriter<Row> two = stager(table, shape);
        TableCommitter committer = committer()) {
      one.upsert(Row.of(1, 1));
      StagedCommit first = one.stage(NONE, CommitToken.of("p1", 1));
      one.upsert(Row.of(1, 2));
      StagedCommit sameWriter = one.stage(NONE, CommitToken.of("p2", 1));
      two.upsert(Row.of(1, 3));
      StagedCommit sameSource = two.stage(CommitToken.of("p1", 1), CommitToken.of("p1", 2));
      assertThatThrownBy(() -> committer.commit(first, sameWriter))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageContainingAll("staged by one writer", "one after the other");
      assertThatThrownBy(() -> committer.commit(first, sameSource))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageContainingAll("source p1", "one after the other");
      assertThat(rowsOf(table)).isEmpty();
      committer.commit(first);
      committer.commit(first, sameWriter); // the first is in: only one is new
      committer.commit(sameSource);
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 3).cells().toString());
  }

  @Test
  void whatIsAppendedBeforeByTheSameSourceIsNotMissed() {
    Shape shape = Shape.FLAT_3;
    Table table = shape.create(catalog);
    try (StagingTableWriter<Row> appends =
            Firn.openStagingWriter(table, MAPPER, shape.options("s").appendOnly().build());
        StagingTableWriter<Row> upserts = stager(table, shape);
        TableCommitter committer = committer()) {
      appends.append(Row.of(1, 1));
      StagedCommit first = appends.stage(NONE, CommitToken.of(1));
      upserts.upsert(Row.of(1, 2));
      StagedCommit second = upserts.stage(CommitToken.of(1), CommitToken.of(2));
      assertThatThrownBy(() -> committer.commit(first, second))
          .isInstanceOf(InvalidTokenException.class);
      committer.commit(first);
      committer.commit(second);
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 2).cells().toString());
  }

  @Test
  void aStageThatFailedIsStagedAgainBeforeRowsAreTaken() {
    Shape shape = Shape.IDENTITY_3;
    Table table = faulty(shape);
    Expected expected = new Expected(shape);
    try (StagingTableWriter<Row> writer = stager(table, shape);
        TableCommitter committer = committer()) {
      expected.changes(writer, new Random(5), 100, 30);
      plan.from(Call.CLOSE, 4, Fault.CLOSE_FAILS); // after three files of rows: those of deletes
      assertThatThrownBy(() -> writer.stage(NONE, CommitToken.of(1)))
          .isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> writer.upsert(Row.of(1, 7)))
          .isInstanceOf(StorageException.class)
          .hasMessageContainingAll("not taken", "stage");
      plan.heal();
      committer.commit(writer.stage(NONE, CommitToken.of(1)));
      assertThat(rowsOf(table)).isEqualTo(expected.sorted());
      expected.change(writer, Row.of(1, 7), false);
      committer.commit(writer.stage(CommitToken.of(1), CommitToken.of(2)));
    }
    assertThat(rowsOf(table)).isEqualTo(expected.sorted());
  }

  @Test
  void aStageThatFailedMayBeGivenUp() {
    Table table = faulty(Shape.FLAT_2);
    try (StagingTableWriter<Row> writer = stager(table, Shape.FLAT_2);
        TableCommitter committer = committer()) {
      writer.upsert(Row.of(1, 1));
      plan.from(Call.CREATE, 2, Fault.CREATE_FAILS);
      assertThatThrownBy(() -> writer.stage(NONE, CommitToken.of(1)))
          .isInstanceOf(StorageException.class);
      plan.heal();
      writer.abort();
      writer.upsert(Row.of(2, 1));
      committer.commit(writer.stage(NONE, CommitToken.of(1)));
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(2, 1).cells().toString());
    assertThat(catalog.io().locations().stream().filter(file -> file.contains("/data/")))
        .hasSize(2);
  }

  @Test
  void withAnIndexNothingIsStaged() {
    Table table = Shape.FLAT_3.create(catalog);
    WriterOptions options = Shape.FLAT_3.options("s").deleteMode(DeleteMode.AUTO).build();
    assertThatThrownBy(() -> Firn.openStagingWriter(table, MAPPER, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("AUTO", "EQUALITY_DELETES", "openWriter");
  }

  @Test
  void withoutAKeyOnlyAppendsAreStaged() {
    Table table = Shape.FLAT_3.create(catalog);
    WriterOptions options = Shape.FLAT_3.options("s").appendOnly().build();
    try (StagingTableWriter<Row> writer = Firn.openStagingWriter(table, MAPPER, options)) {
      assertThatThrownBy(() -> writer.upsert(Row.of(1, 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("upsertBy");
      assertThatThrownBy(() -> writer.apply(ChangeKind.DELETE, Row.of(1, 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("upsertBy");
      writer.append(Row.of(1, 1));
      assertThat(writer.stage(NONE, CommitToken.of(1)).toBytes()[4]).isEqualTo((byte) 1);
    }
  }
}
