package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.api.CommitToken;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.CommitterAccess.Token;
import dev.firn.testkit.SimulatedTable.Staged;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An oracle that never says no proves nothing: each kind of damage is done by hand and seen. */
class CommitOracleTest {

  private final SimulatedTable table =
      new SimulatedTable(7, FaultPlan.scripted(), FaultPlan.scripted());
  private final CommitOracle oracle = new CommitOracle(table, line -> {});
  private final Map<String, Token> tokens = new TreeMap<>();

  @BeforeEach
  void watch() {
    table.watch(oracle);
  }

  @Test
  void aRightHistoryIsQuiet() {
    commit("s", 1, 10, range("s", 0, 10));
    commit("t", 1, 5, range("t", 0, 5));
    commit("s", 2, 12, range("s", 10, 12));
    oracle.acknowledged("main", "s", CommitToken.of(12));
    oracle.opened("main", "s", CommitToken.of(12), oracle.heads("main"));
    oracle.checkReadable();
    oracle.checkCells();
    assertThat(oracle.violations()).isEmpty();
  }

  @Test
  void lostAndDoubledEventsAreSeen() {
    commit("s", 1, 10, range("s", 0, 9));
    assertThat(oracle.violations()).anyMatch(text -> text.contains("events up to 9"));
    oracle.violations().clear();
    commit("s", 1, 12, range("s", 8, 12));
    assertThat(oracle.violations()).anyMatch(text -> text.contains("doubled"));
  }

  @Test
  void aGapIsSeen() {
    commit("s", 1, 10, range("s", 0, 4), range("s", 5, 10));
    assertThat(oracle.violations()).anyMatch(text -> text.contains("lost"));
  }

  @Test
  void aFileTwiceIsSeen() {
    DataFile file = table.file(List.of(range("s", 0, 3)));
    append("s", 1, 3, List.of(file));
    append("s", 1, 3, List.of(file));
    assertThat(oracle.violations()).anyMatch(text -> text.contains("twice"));
  }

  @Test
  void aTokenOrAnEpochThatGoesBackIsSeen() {
    commit("s", 2, 10, range("s", 0, 10));
    commit("s", 1, 9);
    assertThat(oracle.violations())
        .anyMatch(text -> text.contains("INV-4"))
        .anyMatch(text -> text.contains("INV-2"));
  }

  @Test
  void anotherStreamsTokenThatIsForgottenIsSeen() {
    commit("s", 1, 10, range("s", 0, 10));
    tokens.clear();
    commit("t", 1, 5, range("t", 0, 5));
    assertThat(oracle.violations()).anyMatch(text -> text.contains("INV-8"));
  }

  @Test
  void aHeadThatIsMovedBackIsSeen() {
    commit("s", 1, 10, range("s", 0, 10));
    long first = table.plain().currentSnapshot().snapshotId();
    commit("s", 1, 12, range("s", 10, 12));
    table.plain().manageSnapshots().rollbackTo(first).commit();
    assertThat(oracle.violations()).anyMatch(text -> text.contains("HEAD"));
  }

  @Test
  void aFileThatReadersNeedAndIsDeletedIsSeen() {
    commit("s", 1, 10, range("s", 0, 10));
    Table now = table.plain();
    for (String needed :
        List.of(
            oracle.head("main").files().iterator().next(),
            now.currentSnapshot().allManifests(now.io()).get(0).path(),
            now.currentSnapshot().manifestListLocation())) {
      table.io().deleteFile(needed);
      oracle.checkReadable();
      assertThat(oracle.violations()).anyMatch(text -> text.contains(needed));
    }
  }

  @Test
  void anAcknowledgementOfNothingIsSeen() {
    commit("s", 1, 10, range("s", 0, 10));
    oracle.acknowledged("main", "s", CommitToken.of(11));
    oracle.opened("main", "s", CommitToken.of(9), oracle.heads("main"));
    assertThat(oracle.violations()).hasSize(2);
  }

  @Test
  void aDenialOfWhatIsInAndWhatComesInAfterADenialAreSeen() {
    Staged staged = table.stage("s", "main", CommitToken.none(), List.of(""));
    oracle.denied("main", staged.files(), new IllegalStateException("no"));
    assertThat(oracle.violations()).isEmpty();
    List<DataFile> files = new ArrayList<>();
    for (String location : staged.files()) {
      files.add(
          DataFiles.builder(PartitionSpec.unpartitioned())
              .withPath(location)
              .withFormat("parquet")
              .withFileSizeInBytes(1)
              .withRecordCount(1)
              .build());
    }
    append("s", 1, staged.to().position().orElseThrow(), files);
    assertThat(oracle.violations()).anyMatch(text -> text.contains("DENIED"));
    oracle.denied("main", staged.files(), new IllegalStateException("no"));
    assertThat(oracle.violations()).anyMatch(text -> text.contains("STOPPED"));
  }

  @Test
  void theSameCommitTwiceIsSeen() {
    UUID id = UUID.randomUUID();
    append("s", 1, 10, List.of(table.file(List.of(range("s", 0, 10)))), id);
    append("s", 1, 10, List.of(), id);
    assertThat(oracle.violations()).anyMatch(text -> text.contains("INV-6"));
  }

  private static EventRange range(String stream, long from, long to) {
    return new EventRange(stream, "", from, to);
  }

  private void commit(String stream, long epoch, long position, EventRange... ranges) {
    List<DataFile> files = new ArrayList<>();
    for (EventRange range : ranges) {
      files.add(table.file(List.of(range)));
    }
    append(stream, epoch, position, files);
  }

  private void append(String stream, long epoch, long position, List<DataFile> files) {
    append(stream, epoch, position, files, UUID.randomUUID());
  }

  private void append(
      String stream, long epoch, long position, List<DataFile> files, UUID commitId) {
    tokens.put(
        stream,
        new Token(epoch, new UUID(0, epoch), 1, commitId, CommitToken.of(position), Map.of()));
    AppendFiles append = table.plain().newFastAppend();
    files.forEach(append::appendFile);
    append.set("firn.tok", CommitterAccess.encode(tokens));
    append.set("firn.stream", stream);
    append.set("firn.commit-id", commitId.toString());
    append.commit();
  }
}
