package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static dev.firn.internal.stream.EventTable.ids;
import static dev.firn.internal.stream.EventTable.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.RecordSink;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.record.ChangeKind;
import dev.firn.testkit.MemoryCatalog;
import java.time.Duration;
import org.apache.iceberg.Table;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Writers that have no key: they only append, and say so. */
class WithoutKeyTest {

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final Table table = EventTable.create(catalog);

  @Test
  void aStreamingWriterTakesInsertsAndNoOtherChange() {
    try (StreamingTableWriter<Long> writer = Firn.openWriter(table, MAPPER, manual("s").build())) {
      writer.append(0L);
      assertOnlyInserts(writer);
      writer.mark(2);
      CommitResult result = writer.commit();
      assertThat(result.rows()).isEqualTo(2);
      assertThat(result.replaced()).isEqualTo(CommitResult.Replaced.NONE);
      assertThat(writer.status().rowsAppended()).isEqualTo(2);
      assertThat(writer.status().rowsRejected()).isZero();
    }
    assertThat(ids(table)).containsExactly(0L, 1L);
  }

  @Test
  void aRefusedChangeDoesNotAskForAMark() {
    try (StreamingTableWriter<Long> writer = Firn.openWriter(table, MAPPER, manual("s").build())) {
      assertRefused(() -> writer.upsert(0L), "upsert");
      assertThat(writer.commit().outcome()).isEqualTo(CommitResult.Outcome.NOTHING_TO_COMMIT);
    }
  }

  @Test
  void aSharedWriterGivesRefusedChangesNoNumber() {
    try (SharedTableWriter<Long> writer =
        Firn.openSharedWriter(table, MAPPER, manual("s").build())) {
      assertRefused(() -> writer.upsert(0L), "upsert");
      assertRefused(() -> writer.delete(0L), "delete");
      assertThat(writer.append(0L)).isEqualTo(1);
      assertThat(writer.flush(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(ids(table)).containsExactly(0L);
  }

  @Test
  void aStagingWriterOnlyAppends() {
    try (StagingTableWriter<Long> writer =
        Firn.openStagingWriter(table, MAPPER, manual("s").build())) {
      String refusal = "The staging writer of stream s has no key, so it only appends.";
      assertThatThrownBy(() -> writer.upsert(0L))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(refusal);
      assertThatThrownBy(() -> writer.delete(0L)).hasMessageStartingWith(refusal);
      assertThatThrownBy(() -> writer.apply(ChangeKind.UPDATE_BEFORE, 0L))
          .hasMessageStartingWith(refusal);
      writer.apply(ChangeKind.INSERT, 0L);
      assertThat(writer.status().rowsAppended()).isEqualTo(1);
    }
  }

  @Test
  void aStagingWriterTakesNoKeyWhoseRowsMustBeLookedFor() {
    assertThatThrownBy(
            () -> Firn.openStagingWriter(table, MAPPER, manual("s").upsertBy("id").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("stream s has a key", "DeleteMode.AUTO", "EQUALITY_DELETES");
  }

  private static void assertOnlyInserts(RecordSink<Long> writer) {
    writer.apply(ChangeKind.INSERT, 1L);
    assertRefused(() -> writer.upsert(2L), "upsert");
    assertRefused(() -> writer.delete(2L), "delete");
    assertRefused(() -> writer.apply(ChangeKind.UPDATE_BEFORE, 2L), "delete");
    assertRefused(() -> writer.apply(ChangeKind.UPDATE_AFTER, 2L), "upsert");
    assertRefused(() -> writer.apply(ChangeKind.DELETE, 2L), "delete");
  }

  private static void assertRefused(ThrowingCallable change, String what) {
    assertThatThrownBy(change)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Stream s has no key, so it cannot "
                + what
                + " a row. Declare the key: WriterOptions.upsertBy(...).");
  }
}
