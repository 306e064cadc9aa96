package dev.firn.internal.stream;

import static dev.firn.internal.stream.KeyedTables.MAPPER;
import static dev.firn.internal.stream.KeyedTables.rowsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.stream.KeyedTables.Expected;
import dev.firn.internal.stream.KeyedTables.Row;
import dev.firn.internal.stream.KeyedTables.Shape;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.MemoryCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Equality deletes while catalog and storage fail, lie or fall silent: each change once. */
class EqualityFaultsTest {

  private static final List<Fault> COMMIT_FAULTS =
      List.of(
          Fault.REFUSED,
          Fault.APPLIED_BUT_REFUSED,
          Fault.UNKNOWN_APPLIED,
          Fault.UNKNOWN_NOT_APPLIED,
          Fault.ERROR_APPLIED,
          Fault.ERROR_NOT_APPLIED,
          Fault.DELAYED,
          Fault.SLOW_COMMIT);

  private final FaultPlan plan = FaultPlan.scripted().sleeper(howLong -> {});
  private final MemoryCatalog sound = new MemoryCatalog();

  /** Its threads never start: the test is the only one. */
  private final ScheduledThreadPoolExecutor noTimer =
      new ScheduledThreadPoolExecutor(0, task -> null);

  private Table faulty() {
    return new FaultyCatalog(sound, plan).loadTable(KeyedTables.NAME);
  }

  private WriterOptions options(Shape shape) {
    return shape
        .options("s")
        .executor(Runnable::run)
        .scheduler(noTimer)
        .commitTimeout(Duration.ofSeconds(5))
        .closeTimeout(Duration.ZERO)
        .build();
  }

  private StreamingTableWriter<Row> open(Shape shape) {
    return StreamingWriterAccess.open(
        faulty(),
        MAPPER,
        options(shape),
        null,
        (on, with, replacements) -> CommitterAccess.open(on, with, replacements, waited -> {}));
  }

  @ParameterizedTest
  @CsvSource({
    "FLAT_2,APPLIED_BUT_REFUSED",
    "FLAT_3,APPLIED_BUT_REFUSED",
    "IDENTITY_3,UNKNOWN_APPLIED",
    "BUCKET_2,UNKNOWN_NOT_APPLIED",
    "FLAT_3,ERROR_APPLIED",
    "FLAT_2,ERROR_NOT_APPLIED",
    "FLAT_3,REFUSED"
  })
  void aCommitLandsOnceWhateverTheAnswerWas(Shape shape, Fault lie) {
    Table table = shape.create(sound);
    Expected expected = new Expected(shape);
    Random random = new Random(shape.ordinal());
    try (StreamingTableWriter<Row> writer = open(shape)) {
      for (int position = 1; position <= 3; position++) {
        expected.changes(writer, random, 50, 30);
        writer.mark(position);
        if (position == 2) {
          plan.on(Call.COMMIT, 1, lie);
        }
        int before = KeyedTables.snapshots(table);
        assertThat(writer.commit().outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
        assertThat(KeyedTables.snapshots(table)).isEqualTo(before + 1);
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
      }
    }
    assertThat(plan.effects(lie)).isEqualTo(1);
  }

  /** A conflict resolves nothing anew: the files are the same, and they reach what came between. */
  @Test
  void rowsThatOthersCommitInBetweenAreReplacedToo() {
    Shape shape = Shape.FLAT_3;
    Table table = shape.create(sound);
    try (StreamingTableWriter<Row> writer = open(shape)) {
      writer.upsert(Row.of(1, 1));
      writer.mark(1);
      plan.on(Call.COMMIT, 1, Fault.SLOW_COMMIT).meanwhile(() -> append(shape, Row.of(1, 0)));
      assertThat(writer.commit().attempts()).isEqualTo(2);
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 1).cells().toString());
    assertThat(sound.io().locations().stream().filter(file -> file.contains("-equality-")))
        .hasSize(1);
  }

  private void append(Shape shape, Row row) {
    Table other = sound.loadTable(KeyedTables.NAME);
    try (StreamingTableWriter<Row> appender =
        Firn.openWriter(other, MAPPER, shape.options("foreign").appendOnly().build())) {
      appender.append(row);
      appender.mark(appender.committed().position().orElse(0) + 1);
      appender.commit();
    }
  }

  @Test
  void filesThatCannotBeWrittenAreWrittenByTheNextCommit() {
    Shape shape = Shape.IDENTITY_2;
    Table table = shape.create(sound);
    Expected expected = new Expected(shape);
    try (StreamingTableWriter<Row> writer = open(shape)) {
      expected.changes(writer, new Random(1), 100, 20);
      writer.mark(1);
      plan.from(Call.CLOSE, 4, Fault.CLOSE_FAILS); // after three files of rows: those of deletes
      assertThatThrownBy(writer::commit).isInstanceOf(FirnException.class);
      plan.heal();
      writer.commit();
      assertThat(rowsOf(table)).isEqualTo(expected.sorted());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UNKNOWN_APPLIED", "UNKNOWN_NOT_APPLIED", "DELAYED"})
  void aStagedCommitWhoseOutcomeIsNotKnownIsCommittedAgain(Fault fault) {
    Shape shape = Shape.BUCKET_3;
    Table table = shape.create(sound);
    Expected expected = new Expected(shape);
    CommitToken one = CommitToken.of(1);
    CommitToken two = CommitToken.of(2);
    WriterOptions options = WriterOptions.builder("s").commitTimeout(Duration.ofSeconds(5)).build();
    try (StagingTableWriter<Row> writer = Firn.openStagingWriter(table, MAPPER, options(shape));
        TableCommitter committer = CommitterAccess.open(faulty(), options, waited -> {})) {
      expected.changes(writer, new Random(1), 60, 30);
      StagedCommit first = writer.stage(CommitToken.none(), one);
      expected.changes(writer, new Random(2), 60, 30);
      StagedCommit second = writer.stage(one, two);
      plan.on(Call.COMMIT, 1, fault).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
      assertThatThrownBy(() -> committer.commit(first)).isInstanceOf(CommitUnknownException.class);
      plan.heal();
      if (fault == Fault.DELAYED) {
        assertThat(plan.deliver(0)).isTrue();
      }
      try (TableCommitter another =
          CommitterAccess.open(sound.loadTable(KeyedTables.NAME), options, waited -> {})) {
        another.commit(first);
        another.commit(second);
      }
    }
    assertThat(rowsOf(table)).isEqualTo(expected.sorted());
  }

  /** What a source would replay: the changes of each position, made once. */
  private record Change(Row row, boolean delete) {}

  @ParameterizedTest
  @EnumSource
  void randomChangesInRandomTroubleLeaveWhatAMapWouldHold(Shape shape) {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("EqualityFaultsTest " + shape + " seed=" + seed);
    Random random = new Random(seed);
    Table table = shape.create(sound);
    Expected expected = new Expected(shape);
    List<List<Change>> source = new ArrayList<>();
    int applied = 0;
    long[] foreign = {1_000};
    plan.meanwhile(
        () -> {
          Row row = Row.of(foreign[0]++, 0);
          append(shape, row);
          expected.note(row, false);
        });
    StreamingTableWriter<Row> writer = open(shape);
    for (int round = 1; round <= 30; round++) {
      List<Change> changes = new ArrayList<>();
      for (int i = random.nextInt(30); i >= 0; i--) {
        changes.add(new Change(expected.row(random, 60), random.nextInt(4) == 0));
      }
      source.add(changes);
      makeTrouble(random);
      boolean lives = false;
      try {
        lives = writeFrom(writer, source, (int) writer.status().marked().position().orElse(0));
      } catch (FirnException e) {
        // Given up: the next one goes on where the table is.
      }
      plan.heal();
      if (plan.delayed() > 0 && random.nextBoolean()) {
        plan.deliver(random.nextInt(plan.delayed()));
      }
      if (!lives || random.nextInt(6) == 0) {
        if (random.nextBoolean()) {
          writer.close(); // else its process is no more
        }
        writer = open(shape);
        int from = (int) writer.committed().position().orElse(0);
        assertThat(writeFrom(writer, source, from)).isTrue();
      }
      for (; applied < source.size(); applied++) {
        source.get(applied).forEach(change -> expected.note(change.row(), change.delete()));
      }
      if (random.nextInt(8) == 0) {
        Firn.maintenance(sound.loadTable(KeyedTables.NAME)).convertEqualityDeletes();
      }
      if (round % 10 == 0) {
        assertThat(rowsOf(table)).isEqualTo(expected.sorted());
      }
    }
    writer.close();
    assertThat(rowsOf(table)).isEqualTo(expected.sorted());
  }

  private void makeTrouble(Random random) {
    if (random.nextInt(2) == 0) {
      plan.on(Call.COMMIT, 1, COMMIT_FAULTS.get(random.nextInt(COMMIT_FAULTS.size())));
    }
    if (random.nextInt(6) == 0) {
      plan.on(Call.REFRESH, 1 + random.nextInt(3), Fault.REFRESH_FAILS);
    }
    if (random.nextInt(6) == 0) {
      plan.from(Call.CLOSE, 1 + random.nextInt(8), Fault.CLOSE_FAILS);
    }
  }

  /** Writes and commits all that the source has from {@code from} on; says whether it landed. */
  private static boolean writeFrom(
      StreamingTableWriter<Row> writer, List<List<Change>> source, int from) {
    for (int at = from; at < source.size(); at++) {
      for (Change change : source.get(at)) {
        if (change.delete()) {
          writer.delete(change.row());
        } else {
          writer.upsert(change.row());
        }
      }
      writer.mark(at + 1);
    }
    writer.commit();
    return writer.committed().position().orElse(0) == source.size();
  }
}
