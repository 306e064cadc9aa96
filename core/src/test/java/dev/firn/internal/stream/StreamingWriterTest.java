package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static dev.firn.internal.stream.EventTable.ids;
import static dev.firn.internal.stream.EventTable.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.Position;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.WriterFencedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamingWriterTest {

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private Table table;

  @BeforeEach
  void createTable() {
    catalog.initialize("test", Map.of());
    table = EventTable.create(catalog);
  }

  @AfterEach
  void closeCatalog() throws Exception {
    catalog.dropTable(EventTable.NAME);
    catalog.close();
  }

  private StreamingTableWriter<Long> open(WriterOptions.Builder options) {
    return Firn.openWriter(catalog.loadTable(EventTable.NAME), MAPPER, options.build());
  }

  private static void append(StreamingTableWriter<Long> writer, long from, long to) {
    for (long id = from; id < to; id++) {
      writer.append(id);
      writer.mark(id + 1);
    }
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void rowsAndPositionBecomeVisibleTogether() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      assertThat(writer.committed()).isEqualTo(CommitToken.none());
      append(writer, 0, 100);
      CommitResult result = writer.commit();
      assertThat(result.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
      assertThat(result.rows()).isEqualTo(100);
      assertThat(result.files()).isEqualTo(1);
      assertThat(result.bytes()).isPositive();
      assertThat(result.token().position()).hasValue(100);
      assertThat(writer.committed().position()).hasValue(100);
    }
    assertThat(ids(table)).isEqualTo(range(0, 100));
    try (StreamingTableWriter<Long> again = open(manual("s"))) {
      assertThat(again.committed().position()).hasValue(100);
    }
  }

  @Test
  void replayingFromTheTokenAddsNothingTwice() {
    long resumedAt = 0;
    while (resumedAt < 50) {
      try (StreamingTableWriter<Long> writer = open(manual("s"))) {
        resumedAt = writer.committed().position().orElse(0);
        append(writer, resumedAt, Math.min(50, resumedAt + 20));
        writer.commit();
        append(writer, Math.min(50, resumedAt + 20), 55); // lost by the close: never committed
      }
    }
    assertThat(ids(table)).isEqualTo(range(0, 50));
  }

  @Test
  void commitWithoutAnythingNewCommitsNothing() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      assertThat(writer.commit().outcome()).isEqualTo(CommitResult.Outcome.NOTHING_TO_COMMIT);
      append(writer, 0, 1);
      writer.commit();
      table.refresh();
      long head = table.currentSnapshot().snapshotId();
      assertThat(writer.commit().outcome()).isEqualTo(CommitResult.Outcome.NOTHING_TO_COMMIT);
      table.refresh();
      assertThat(table.currentSnapshot().snapshotId()).isEqualTo(head);
    }
  }

  @Test
  void aMarkWithoutRowsStillMovesTheToken() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      writer.mark(7);
      CommitResult result = writer.commit();
      assertThat(result.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
      assertThat(result.rows()).isZero();
    }
    try (StreamingTableWriter<Long> again = open(manual("s"))) {
      assertThat(again.committed().position()).hasValue(7);
    }
  }

  @Test
  void commitWithUnmarkedRowsIsRefusedAndLosesNothing() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 3);
      writer.append(3L);
      assertThatThrownBy(writer::commit)
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageContaining("1 rows were appended since the last mark (3)")
          .hasMessageContaining("mark(position)");
      writer.mark(4);
      writer.commit();
    }
    assertThat(ids(table)).isEqualTo(range(0, 4));
  }

  @Test
  void marksMustAdvance() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 5);
      assertThatThrownBy(() -> writer.mark(5))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageContaining("A mark must advance")
          .hasMessageContaining("stands at 5 and the mark says 5");
      assertThatThrownBy(() -> writer.mark(2)).isInstanceOf(InvalidTokenException.class);
      writer.commit();
      assertThatThrownBy(() -> writer.mark(5)).isInstanceOf(InvalidTokenException.class);
      append(writer, 5, 6);
      writer.commit();
    }
    assertThat(ids(table)).isEqualTo(range(0, 6));
  }

  @Test
  void namedAndUnnamedPositionsDoNotMix() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      writer.append(0L);
      writer.mark("topic-0", 1);
      assertThatThrownBy(() -> writer.mark(2))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageContaining("either one unnamed source or named ones");
      writer.commit();
    }
    try (StreamingTableWriter<Long> unnamed = open(manual("other"))) {
      unnamed.append(1L);
      unnamed.mark(1);
      assertThatThrownBy(() -> unnamed.mark("topic-0", 2))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageContaining("either one unnamed source or named ones");
      unnamed.commit();
    }
    assertThat(ids(table)).isEqualTo(range(0, 2));
  }

  @Test
  void severalSourcesWithTwoNumbersAndAnAttachmentSurvive() {
    CommitToken token =
        CommitToken.of("a", 10).with("b", new Position(7, 3)).withAttachment(new byte[] {1, 2, 3});
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      writer.append(0L);
      writer.mark(token);
      writer.commit();
      writer.append(1L);
      writer.mark("a", 11);
      writer.commit();
    }
    try (StreamingTableWriter<Long> again = open(manual("s"))) {
      assertThat(again.committed().position("a")).hasValue(11);
      assertThat(again.committed().positions()).containsEntry("b", new Position(7, 3));
      assertThat(again.committed().attachment()).hasValue(new byte[] {1, 2, 3});
    }
  }

  @Test
  void aRejectedRecordLeavesTheWriterAsItWas() {
    List<String> heard = new CopyOnWriteArrayList<>();
    WriterListener listener =
        new WriterListener() {
          @Override
          public void rejected(RecordRejectedException rejection) {
            heard.add(rejection.field());
          }
        };
    try (StreamingTableWriter<Long> writer =
        Firn.openWriter(
            catalog.loadTable(EventTable.NAME),
            (id, row) -> {
              row.setString(1, "event-" + id);
              if (id % 2 == 0) {
                row.setLong(0, id);
              } else if (id == 3) {
                throw new IllegalStateException("boom");
              }
            },
            manual("s").listener(listener).build())) {
      writer.append(0L);
      assertThatThrownBy(() -> writer.append(1L))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContaining("id");
      writer.append(2L);
      assertThatThrownBy(() -> writer.append(3L))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContaining("boom");
      writer.append(4L);
      writer.mark(5);
      writer.commit();
      assertThat(writer.status().rowsRejected()).isEqualTo(2);
      assertThat(writer.status().rowsAppended()).isEqualTo(3);
    }
    assertThat(heard).containsExactly("id", "");
    assertThat(ids(table)).containsExactly(0L, 2L, 4L);
  }

  @Test
  void theNextBatchFillsWhileTheLastOneCommits() throws Exception {
    List<CompletionStage<CommitResult>> results = new ArrayList<>();
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      for (int batch = 0; batch < 10; batch++) {
        append(writer, batch * 10, batch * 10 + 10);
        results.add(writer.commitAsync());
      }
      long expected = 10;
      for (CompletionStage<CommitResult> result : results) {
        assertThat(result.toCompletableFuture().get().token().position()).hasValue(expected);
        expected += 10;
      }
    }
    assertThat(ids(table)).isEqualTo(range(0, 100));
  }

  @Test
  void abortForgetsRowsAndMarks() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 5);
      writer.commit();
      append(writer, 5, 9);
      writer.append(9L);
      writer.abort();
      assertThat(writer.status().marked().position()).hasValue(5);
      append(writer, 5, 7);
      writer.commit();
    }
    assertThat(ids(table)).isEqualTo(range(0, 7));
  }

  @Test
  void openingAStreamFencesItsPreviousWriter() {
    StreamingTableWriter<Long> zombie = open(manual("s"));
    append(zombie, 0, 5);
    try (StreamingTableWriter<Long> owner = open(manual("s"))) {
      assertThatThrownBy(zombie::commit)
          .isInstanceOf(WriterFencedException.class)
          .hasMessageContaining("s");
      assertThatThrownBy(() -> zombie.append(9L)).isInstanceOf(WriterFencedException.class);
      assertThat(zombie.status().state()).isEqualTo(WriterStatus.State.FAILED);
      append(owner, 0, 3);
      owner.commit();
    }
    zombie.close();
    assertThat(ids(table)).isEqualTo(range(0, 3));
  }

  @Test
  void streamsOnOneTableDoNotTouchEachOthersTokens() {
    try (StreamingTableWriter<Long> one = open(manual("one"));
        StreamingTableWriter<Long> two = open(manual("two"))) {
      append(one, 0, 5);
      one.commit();
      for (long id = 5; id < 8; id++) {
        two.append(id);
      }
      two.mark(3);
      two.commit();
      append(one, 8, 9);
      one.commit();
    }
    try (StreamingTableWriter<Long> two = open(manual("two"))) {
      assertThat(two.committed().position()).hasValue(3);
    }
    assertThat(ids(table)).isEqualTo(range(0, 9));
  }

  @Test
  void aDroppedTableIsGone() {
    StreamingTableWriter<Long> writer = open(manual("s"));
    append(writer, 0, 5);
    catalog.dropTable(EventTable.NAME);
    assertThatThrownBy(writer::commit)
        .isInstanceOf(TableGoneException.class)
        .hasMessageContaining("db.events");
    writer.close();
  }

  @Test
  void aReplacedTableIsGone() {
    StreamingTableWriter<Long> writer = open(manual("s"));
    append(writer, 0, 5);
    catalog.dropTable(EventTable.NAME);
    EventTable.create(catalog);
    assertThatThrownBy(writer::commit).isInstanceOf(TableGoneException.class);
    writer.close();
    table = catalog.loadTable(EventTable.NAME);
    assertThat(table.currentSnapshot()).isNull();
  }

  @Test
  void aRollbackUnderTheWriterStopsIt() {
    StreamingTableWriter<Long> writer = open(manual("s"));
    append(writer, 0, 5);
    writer.commit();
    table.refresh();
    long first = table.currentSnapshot().snapshotId();
    append(writer, 5, 9);
    writer.commit();
    table.refresh();
    table.manageSnapshots().rollbackTo(first).commit();
    append(writer, 9, 12);
    assertThatThrownBy(writer::commit).isInstanceOf(StaleTokenException.class);
    writer.close();
    try (StreamingTableWriter<Long> again = open(manual("s"))) {
      assertThat(again.committed().position()).hasValue(5);
      append(again, 5, 12);
      again.commit();
    }
    assertThat(ids(table)).isEqualTo(range(0, 12));
  }

  @Test
  void rowsGoToTheBranchThatWasAskedFor() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 5);
      writer.commit();
    }
    try (StreamingTableWriter<Long> audit = open(manual("s").branch("audit"))) {
      assertThat(audit.committed().position()).hasValue(5); // a branch inherits the token
      append(audit, 5, 8);
      audit.commit();
    }
    assertThat(ids(table)).isEqualTo(range(0, 5));
    assertThat(ids(table, "audit")).isEqualTo(range(0, 8));
  }

  @Test
  void partitionedRowsReadBackAndEachPartitionHasItsFile() {
    catalog.dropTable(EventTable.NAME);
    PartitionSpec spec = PartitionSpec.builderFor(EventTable.SCHEMA).bucket("id", 4).build();
    table = EventTable.create(catalog, spec);
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 10_000);
      CommitResult result = writer.commit();
      assertThat(result.files()).isEqualTo(4);
      append(writer, 10_000, 10_100);
      assertThat(writer.commit().rows()).isEqualTo(100);
    }
    assertThat(ids(table)).isEqualTo(range(0, 10_100));
  }

  @Test
  void theSpecAndSchemaMayChangeBetweenCommits() {
    try (StreamingTableWriter<Long> writer = open(manual("s"))) {
      append(writer, 0, 10);
      writer.commit();
      table.refresh();
      table
          .updateSpec()
          .addField(org.apache.iceberg.expressions.Expressions.bucket("id", 2))
          .commit();
      table.updateSchema().addColumn("added", Types.IntegerType.get()).commit();
      append(writer, 10, 20); // still sealed for what the writer saw last
      writer.commit();
      append(writer, 20, 40);
      assertThat(writer.commit().files()).isEqualTo(2);
    }
    assertThat(ids(table)).isEqualTo(range(0, 40));
  }

  @Test
  void backgroundCommitsHappenAtMarksWhenTheyAreDue() throws Exception {
    try (StreamingTableWriter<Long> writer =
        open(WriterOptions.builder("s").commitPolicy(CommitPolicy.every(Duration.ofMillis(50))))) {
      append(writer, 0, 10);
      writer.append(10L); // no mark: the timer must not cut here
      Thread.sleep(200);
      assertThat(writer.status().rowsCommitted()).isIn(0L, 10L);
      writer.mark(11);
      awaitCommitted(writer, 11);
      assertThat(ids(table)).isEqualTo(range(0, 11));
    }
  }

  @Test
  void aQuietStreamIsCommittedByTheTimer() throws Exception {
    try (StreamingTableWriter<Long> writer =
        open(WriterOptions.builder("s").commitPolicy(CommitPolicy.every(Duration.ofMillis(100))))) {
      append(writer, 0, 3);
      awaitCommitted(writer, 3);
      append(writer, 3, 5);
      awaitCommitted(writer, 5);
    }
    assertThat(ids(table)).isEqualTo(range(0, 5));
  }

  @Test
  void rowAndByteTriggersCommitToo() throws Exception {
    try (StreamingTableWriter<Long> writer =
        open(
            WriterOptions.builder("s")
                .commitPolicy(CommitPolicy.every(Duration.ofHours(1)).orAfterRows(100)))) {
      append(writer, 0, 250);
      awaitCommitted(writer, 200);
    }
  }

  private static void awaitCommitted(StreamingTableWriter<Long> writer, long position)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (writer.committed().position().orElse(0) < position) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void sourcesAreClaimedAndHandedOver() {
    WriterOptions.Builder group = manual("g").ownership(Ownership.PER_SOURCE);
    StreamingTableWriter<Long> first = open(group);
    StreamingTableWriter<Long> second = open(group);
    assertThat(first.claim(List.of("p0", "p1"), 1).isNone()).isTrue();
    first.append(0L);
    first.mark("p0", 1);
    first.append(1L);
    first.mark("p1", 1);
    first.commit();
    CommitToken taken = second.claim(List.of("p1"), 2);
    assertThat(taken.position("p1")).hasValue(1);
    second.append(2L);
    second.mark("p1", 2);
    second.commit();
    first.append(2L); // the old owner of p1, late, and further than the new one
    first.append(99L);
    first.mark("p1", 3);
    assertThatThrownBy(first::commit)
        .isInstanceOfAny(StaleTokenException.class, WriterFencedException.class);
    first.close();
    second.close();
    assertThat(ids(table)).isEqualTo(range(0, 3));
  }

  @Test
  void aClosedWriterSaysSo() {
    StreamingTableWriter<Long> writer = open(manual("s"));
    writer.close();
    writer.close();
    assertThat(writer.status().state()).isEqualTo(WriterStatus.State.CLOSED);
    assertThatThrownBy(() -> writer.append(1L))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> writer.mark(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closeReportsTheRowsItDropped() {
    List<Long> dropped = new CopyOnWriteArrayList<>();
    WriterListener listener =
        new WriterListener() {
          @Override
          public void dropped(long rows) {
            dropped.add(rows);
          }
        };
    StreamingTableWriter<Long> writer = open(manual("s").listener(listener));
    append(writer, 0, 7);
    writer.close();
    assertThat(dropped).containsExactly(7L);
    table.refresh();
    assertThat(ids(table)).isEmpty();
  }
}
