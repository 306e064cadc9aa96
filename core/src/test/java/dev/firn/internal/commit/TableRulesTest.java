package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.metrics.CommitReport;
import org.apache.iceberg.metrics.MetricsReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tables and branches are written, and what others may change under a writer. */
class TableRulesTest {

  private static final CommitToken NONE = CommitToken.none();
  private static final CommitToken TEN = CommitToken.of(10);
  private static final CommitToken TWENTY = CommitToken.of(20);

  private final WriterOptions options = WriterOptions.builder("s").build();
  private final WriterOptions onBranch = options.toBuilder().branch("b").build();
  private final TestTable table = TestTable.inMemory();

  private SnapshotCommitter open(WriterOptions with) {
    return SnapshotCommitter.open(table.load(), with);
  }

  @Test
  void copiesAndTransactionsOfATableAreRefused() {
    Table loaded = table.load();
    assertThatThrownBy(() -> SnapshotCommitter.open(SerializableTable.copyOf(loaded), options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("read-only copy");
    assertThatThrownBy(() -> SnapshotCommitter.open(loaded.newTransaction().table(), options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("would not reach the catalog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "4"})
  void otherFormatVersionsAreRefused(String version) {
    TestTable other = TestTable.inMemory(Map.of("format-version", version));
    assertThatThrownBy(() -> SnapshotCommitter.open(other.load(), options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("format version " + version);
    assertThat(other.load().currentSnapshot()).isNull();
  }

  @Test
  void versionThreeIsWritten() {
    TestTable other = TestTable.inMemory(Map.of("format-version", "3"));
    SnapshotCommitter committer = SnapshotCommitter.open(other.load(), options);
    committer.commit(other.stage("s", NONE, TEN, "a", "b"));
    committer.commit(other.stage("s", TEN, TWENTY, "c"));
    assertThat(other.names()).containsExactly("a", "b", "c");
    assertThat(other.metadata().nextRowId()).isEqualTo(3);
  }

  @Test
  void stagedOnlyTablesAreRefusedOnMainAndWrittenOnABranch() {
    TestTable audited = TestTable.inMemory(Map.of("write.wap.enabled", "true"));
    assertThatThrownBy(() -> SnapshotCommitter.open(audited.load(), options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("fast-forward");
    SnapshotCommitter.open(audited.load(), onBranch).close();
  }

  @Test
  void aTagIsRefused() {
    table.append("a");
    Table loaded = table.load();
    loaded.manageSnapshots().createTag("b", loaded.currentSnapshot().snapshotId()).commit();
    assertThatThrownBy(() -> open(onBranch))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("b is a tag");
  }

  @Test
  void aBranchIsMadeFromMainAndInheritsItsTokens() {
    open(options).commit(table.stage("s", NONE, TEN, "a"));
    Snapshot main = table.load().currentSnapshot();

    SnapshotCommitter branch = open(onBranch);
    assertThat(branch.committed()).isEqualTo(TEN);
    branch.commit(table.stageOn("b", "s", TEN, TWENTY, "b1"));

    assertThat(table.names("b")).containsExactly("a", "b1");
    assertThat(table.load().snapshot("b").summary()).containsEntry("total-records", "2");
    assertThat(table.load().currentSnapshot()).isEqualTo(main);
    SnapshotCommitter onMain = open(options);
    assertThat(onMain.committed()).isEqualTo(TEN);
    onMain.commit(table.stage("s", TEN, CommitToken.of(15), "c"));
    branch.commit(table.stageOn("b", "s", TWENTY, CommitToken.of(30), "b2"));
    assertThat(table.names()).containsExactly("a", "c");
    assertThat(table.names("b")).containsExactly("a", "b1", "b2");
  }

  @Test
  void aBranchOfAnEmptyTableIsMadeToo() {
    SnapshotCommitter branch = open(onBranch);
    branch.commit(table.stageOn("b", "s", NONE, TEN, "a"));
    assertThat(table.names("b")).containsExactly("a");
    assertThat(table.load().currentSnapshot()).isNull();
  }

  @Test
  void aSharedStreamMakesItsBranchWithItsFirstCommit() {
    table.append("main");
    WriterOptions shared = onBranch.toBuilder().ownership(Ownership.PER_SOURCE).build();
    SnapshotCommitter committer = open(shared);
    assertThat(table.load().refs()).doesNotContainKey("b");
    committer.commit(table.stageOn("b", "s", NONE, CommitToken.of("p", 1), "a"));
    assertThat(table.names("b")).containsExactly("a", "main");
  }

  @Test
  void aFastForwardCarriesTheToken() {
    open(options).commit(table.stage("s", NONE, TEN, "a"));
    open(onBranch).commit(table.stageOn("b", "s", TEN, TWENTY, "b1"));
    table.load().manageSnapshots().fastForwardBranch("main", "b").commit();
    assertThat(open(options).committed()).isEqualTo(TWENTY);
  }

  @Test
  void stagedCommitsOfOthersAreRefused() {
    SnapshotCommitter committer = open(options);
    assertThatThrownBy(() -> committer.commit(table.stage("t", NONE, TEN, "a")))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("for stream t");
    assertThatThrownBy(() -> committer.commit(table.stageOn("b", "s", NONE, TEN, "a")))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("for branch b");
    TestTable other = TestTable.inMemory();
    assertThatThrownBy(() -> committer.commit(other.stage("s", NONE, TEN, "a")))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("for table");
    assertThatThrownBy(() -> committer.commit(table.stage("s", TEN, TEN, "a")))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("does not advance");
    assertThatThrownBy(() -> committer.commit(table.stage("s", TEN, CommitToken.of(9), "a")))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("goes back");
    assertThat(table.names()).isEmpty();
  }

  @Test
  void filesOfOldSpecsAreCommittedAndOfUnknownOnesRefused() {
    SnapshotCommitter committer = open(options);
    StagedCommit old = table.stage("s", NONE, TEN, "a");
    table.load().updateSpec().addField("id").commit();
    committer.commit(old);

    Table loaded = table.load();
    DataFile file =
        DataFiles.builder(loaded.spec())
            .withPath("b.parquet")
            .withPartitionPath("id=7")
            .withFileSizeInBytes(1)
            .withRecordCount(1)
            .build();
    committer.commit(staged(loaded, TEN, TWENTY, file, loaded.specs()));
    assertThat(table.names()).contains("a");

    PartitionSpec unknown = PartitionSpec.builderFor(TestTable.SCHEMA).withSpecId(9).build();
    DataFile stranger =
        DataFiles.builder(unknown)
            .withPath("c.parquet")
            .withFileSizeInBytes(1)
            .withRecordCount(1)
            .build();
    StagedCommit foreign = staged(loaded, TWENTY, CommitToken.of(30), stranger, Map.of(9, unknown));
    assertThatThrownBy(() -> committer.commit(foreign))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("partition spec 9");
  }

  private static StagedCommit staged(
      Table table,
      CommitToken from,
      CommitToken to,
      DataFile file,
      Map<Integer, PartitionSpec> specs) {
    return StagedFilesCodec.encode(
        new StagedFiles(
            UUID.randomUUID(), table.uuid().toString(), "s", "main", from, to, List.of(file)),
        specs);
  }

  @Test
  void deletesCompactionsAndExpiryInBetweenAreAbsorbed() {
    SnapshotCommitter committer = open(options);
    committer.commit(table.stage("s", NONE, TEN, "a", "b"));
    Table loaded = table.load();
    loaded.newDelete().deleteFile(TestTable.file(loaded, "a")).commit();
    committer.commit(table.stage("s", TEN, TWENTY, "c"));
    loaded = table.load();
    loaded
        .newRewrite()
        .deleteFile(TestTable.file(loaded, "b"))
        .addFile(TestTable.file(loaded, "b-compacted"))
        .commit();
    committer.commit(table.stage("s", TWENTY, CommitToken.of(30), "d"));
    table.load().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    CommitResult last =
        committer.commit(table.stage("s", CommitToken.of(30), CommitToken.of(40), "e"));
    assertThat(last.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
    assertThat(table.names()).containsExactly("b-compacted", "c", "d", "e");
  }

  @Test
  void commitsAreReportedWhereTheTableReports() {
    List<MetricsReport> reports = new java.util.ArrayList<>();
    BaseTable loaded = new BaseTable(table.operations(), TestTable.NAME.toString(), reports::add);
    SnapshotCommitter.open(loaded, options).commit(table.stage("s", NONE, TEN, "a"));
    assertThat(reports).hasSize(2).allMatch(report -> report instanceof CommitReport);
  }

  @Test
  void manifestsAreMergedSoThatPlanningStaysCheap() {
    TestTable merging = TestTable.inMemory(Map.of("commit.manifest.min-count-to-merge", "5"));
    SnapshotCommitter committer = SnapshotCommitter.open(merging.load(), options);
    CommitToken from = NONE;
    for (int i = 1; i <= 23; i++) {
      committer.commit(merging.stage("s", from, CommitToken.of(i), "f" + i));
      from = CommitToken.of(i);
    }
    Table loaded = merging.load();
    assertThat(loaded.currentSnapshot().allManifests(loaded.io())).hasSizeLessThan(6);
    assertThat(merging.names()).hasSize(23);
  }

  @Test
  void summariesNameTheStreamTheCommitAndTheWriter() {
    SnapshotCommitter committer = open(options);
    committer.commit(table.stage("s", NONE, TEN, "a"));
    assertThat(table.load().currentSnapshot().summary())
        .containsEntry("firn.stream", "s")
        .containsEntry("firn.epoch", "1")
        .containsEntry("added-records", "1")
        .containsKeys("firn.tok", "firn.commit-id", "firn.writer");
    assertThat(table.load().properties()).containsKey("firn.stream.s");
  }
}
