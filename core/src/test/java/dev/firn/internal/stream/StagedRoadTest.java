package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static dev.firn.internal.stream.EventTable.ids;
import static dev.firn.internal.stream.EventTable.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.StaleTokenException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Staging here, committing there: the two halves of the road with bytes in between. */
class StagedRoadTest {

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

  private StagingTableWriter<Long> stager() {
    return Firn.openStagingWriter(catalog.loadTable(EventTable.NAME), MAPPER, manual("s").build());
  }

  private TableCommitter committer() {
    return Firn.openCommitter(catalog.loadTable(EventTable.NAME), manual("s").build());
  }

  private static StagedCommit stage(
      StagingTableWriter<Long> writer, long from, long to, CommitToken begin, CommitToken end) {
    LongStream.range(from, to).forEach(id -> writer.append(id));
    return writer.stage(begin, end);
  }

  @Test
  void stagedBytesAreCommittedOnceHoweverOftenTheyArrive() {
    StagedCommit staged;
    try (StagingTableWriter<Long> writer = stager()) {
      staged = stage(writer, 0, 10, CommitToken.none(), CommitToken.of(10));
    }
    StagedCommit arrived = StagedCommit.fromBytes(staged.toBytes());
    try (TableCommitter committer = committer()) {
      assertThat(committer.commit(arrived).outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
      assertThat(committer.commit(arrived).outcome())
          .isEqualTo(CommitResult.Outcome.ALREADY_COMMITTED);
    }
    try (TableCommitter another = committer()) {
      assertThat(another.commit(staged).outcome())
          .isEqualTo(CommitResult.Outcome.ALREADY_COMMITTED);
    }
    assertThat(ids(table)).isEqualTo(LongStream.range(0, 10).boxed().toList());
  }

  @Test
  void severalWritersOfSeveralSourcesShareOneSnapshot() {
    try (StagingTableWriter<Long> one = stager();
        StagingTableWriter<Long> two = stager();
        TableCommitter committer = committer()) {
      StagedCommit a = stage(one, 0, 5, CommitToken.none(), CommitToken.of("p0", 5));
      StagedCommit b = stage(two, 5, 8, CommitToken.none(), CommitToken.of("p1", 3));
      StagedCommit c = stage(one, 8, 9, CommitToken.of("p0", 5), CommitToken.of("p0", 6));
      CommitResult result = committer.commit(a, b, c);
      assertThat(result.rows()).isEqualTo(9);
      assertThat(result.token().position("p0")).hasValue(6);
      assertThat(result.token().position("p1")).hasValue(3);
    }
    assertThat(ids(table)).isEqualTo(LongStream.range(0, 9).boxed().toList());
  }

  @Test
  void aRangeThatDoesNotBeginWhereTheTableEndsIsStale() {
    try (StagingTableWriter<Long> writer = stager();
        TableCommitter committer = committer()) {
      StagedCommit gap = stage(writer, 0, 5, CommitToken.of(3), CommitToken.of(8));
      assertThatThrownBy(() -> committer.commit(gap)).isInstanceOf(StaleTokenException.class);
    }
  }

  @Test
  void aRangeMustAdvance() {
    try (StagingTableWriter<Long> writer = stager()) {
      writer.append(1L);
      assertThatThrownBy(() -> writer.stage(CommitToken.of(3), CommitToken.of(3)))
          .isInstanceOf(InvalidTokenException.class);
      assertThatThrownBy(() -> writer.stage(CommitToken.of(3), CommitToken.none()))
          .isInstanceOf(InvalidTokenException.class);
    }
  }

  @Test
  void bytesOfSomethingElseAreRefused() {
    assertThatThrownBy(() -> StagedCommit.fromBytes(new byte[] {1, 2, 3}))
        .isInstanceOf(InvalidTokenException.class);
    try (TableCommitter committer = committer()) {
      StagedCommit broken =
          StagedCommit.fromBytes("FIRN and then nonsense".getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> committer.commit(broken)).isInstanceOf(InvalidTokenException.class);
    }
  }
}
