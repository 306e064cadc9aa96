package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitResult.Outcome;
import dev.firn.api.CommitResult.Replaced;
import dev.firn.api.Ownership;
import dev.firn.api.StagedCommit;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.internal.encode.FileNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.ContentFileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits whose rows take the place of others, read back by Iceberg. */
class ReplacingCommitTest {

  @TempDir Path folder;

  private KeyedTable keyed;

  private SnapshotCommitter open(int formatVersion) {
    keyed = KeyedTable.onSqlite(folder, formatVersion, Map.of());
    return open(keyed);
  }

  private static SnapshotCommitter open(KeyedTable keyed) {
    return SnapshotCommitter.open(keyed.table.load(), keyed.options().build(), keyed.replacements);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void replacedRowsAreGoneAndNewOnesAreThere(int version) {
    SnapshotCommitter committer = open(version);
    CommitResult first = committer.commit(keyed.stage("one", 1, 2, 3, 4, 5));
    assertThat(first.replaced()).isEqualTo(Replaced.NONE);
    assertThat(keyed.table.load().currentSnapshot().operation()).isEqualTo("append");

    CommitResult second = committer.commit(keyed.stage("two", 2, 4, 9));

    keyed.assertHoldsWhatIsExpected();
    assertThat(second.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(second.rows()).isEqualTo(3);
    assertThat(second.files()).isEqualTo(1);
    assertThat(second.replaced().rows()).isEqualTo(2);
    assertThat(keyed.deleteFiles())
        .singleElement()
        .satisfies(
            deletes -> {
              assertThat(deletes.recordCount()).isEqualTo(2);
              assertThat(ContentFileUtil.isFileScoped(deletes)).isTrue();
              assertThat(deletes.format())
                  .isEqualTo(version == 3 ? FileFormat.PUFFIN : FileFormat.PARQUET);
              assertThat(Path.of(deletes.location()).getFileName().toString())
                  .matches(FileNames::isOurs);
            });
  }

  @Test
  void aVectorStandsInForEarlierOnesOfTheSameFile() {
    SnapshotCommitter committer = open(3);
    committer.commit(keyed.stage("one", LongStream.range(0, 100).toArray()));
    for (int i = 0; i < 5; i++) {
      replaceTwo(committer, i);
    }

    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.deleteFiles()).extracting(DeleteFile::recordCount).containsExactly(10L);
  }

  @Test
  void positionDeletesStandBesideEachOtherUntilTheyAreFive() {
    SnapshotCommitter committer = open(2);
    committer.commit(keyed.stage("one", LongStream.range(0, 100).toArray()));
    for (int i = 0; i < 5; i++) {
      replaceTwo(committer, i);
    }
    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.deleteFiles()).hasSize(5).allMatch(deletes -> deletes.recordCount() == 2);

    replaceTwo(committer, 5);

    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.deleteFiles()).extracting(DeleteFile::recordCount).containsExactly(12L);
    replaceTwo(committer, 6);
    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.deleteFiles()).hasSize(2);
  }

  private void replaceTwo(SnapshotCommitter committer, int round) {
    committer.commit(keyed.stage("round " + round, 10L * round, 10L * round + 1, 1_000 + round));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aFileOfWhichNoRowIsLeftGoesWithItsDeletes(int version) {
    SnapshotCommitter committer = open(version);
    committer.commit(keyed.stage("one", 1, 2, 3));
    committer.commit(keyed.stage("two", 1));
    assertThat(keyed.deleteFiles()).hasSize(1);

    CommitResult result = committer.commit(keyed.stage(Set.of(2L), "three", 3));

    keyed.assertHoldsWhatIsExpected();
    assertThat(result.replaced().rows()).isEqualTo(2);
    assertThat(keyed.files()).hasSize(2);
    assertThat(keyed.deleteFiles()).isEmpty();
    assertThat(keyed.table.load().currentSnapshot().summary())
        .containsEntry("total-delete-files", "0")
        .containsEntry("deleted-data-files", "1");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aStagedFileWhoseEveryRowIsReplacedIsLeftOut(int version) {
    SnapshotCommitter committer = open(version);
    StagedCommit first = keyed.stage("one", 1, 2);
    StagedCommit second = keyed.stage("two", 1, 2, 3, 4);
    StagedCommit third = keyed.stage("three", 3);

    List<CommitResult> results = committer.commitEach(List.of(first, second, third));

    keyed.assertHoldsWhatIsExpected();
    assertThat(results).extracting(CommitResult::outcome).containsOnly(Outcome.COMMITTED);
    assertThat(results).extracting(CommitResult::files).containsExactly(0, 1, 1);
    assertThat(results).extracting(CommitResult::rows).containsExactly(0L, 3L, 1L);
    assertThat(results.get(0).bytes()).isZero();
    assertThat(keyed.files()).hasSize(2);
    assertThat(keyed.deleteFiles()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void deletesAloneMakeASnapshot(int version) {
    SnapshotCommitter committer = open(version);
    committer.commit(keyed.stage("one", 1, 2, 3));

    CommitResult result = committer.commit(keyed.stage(Set.of(2L, 77L), "none"));

    keyed.assertHoldsWhatIsExpected();
    assertThat(result.rows()).isZero();
    assertThat(result.replaced().rows()).isEqualTo(1);
    assertThat(committer.committed().position()).hasValue(2);
  }

  @Test
  void onlyRowsThatNobodyReplacesIsAPlainAppend() {
    SnapshotCommitter committer = open(3);
    committer.commit(keyed.stage("one", 1, 2), keyed.stage("two", 1, 2));

    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.table.load().currentSnapshot().operation()).isEqualTo("append");
    assertThat(keyed.storedDeleteFiles()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void deletesAreOfTheSpecAndThePartitionOfTheirFile(int version) {
    Catalog catalog = TestTable.onSqlite(folder, Map.of()).catalog;
    catalog.dropTable(TestTable.NAME);
    Table created =
        catalog.createTable(
            TestTable.NAME,
            TestTable.SCHEMA,
            PartitionSpec.builderFor(TestTable.SCHEMA).bucket("id", 4).build(),
            Map.of("format-version", String.valueOf(version)));
    keyed = new KeyedTable(TestTable.of(catalog), "s", "main");
    SnapshotCommitter committer = open(keyed);
    committer.commit(keyed.stage("one", LongStream.range(0, 40).toArray()));
    created.updateSpec().addField("text").commit();
    committer.refresh();
    committer.commit(keyed.stage("two", LongStream.range(0, 20).toArray()));
    committer.commit(keyed.stage("three", LongStream.range(10, 30).toArray()));

    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.files().keySet().stream().map(DataFile::specId).collect(Collectors.toSet()))
        .hasSize(2);
    keyed
        .files()
        .forEach(
            (file, deletes) -> {
              assertThat(deletes).hasSizeLessThanOrEqualTo(version == 3 ? 1 : 2);
              for (DeleteFile each : deletes) {
                assertThat(each.specId()).isEqualTo(file.specId());
                assertThat(each.partition()).isEqualTo(file.partition());
              }
            });
    assertThat(keyed.deleteFiles()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aBranchThatDoesNotExistYetTakesAwayRowsOfMain(int version) {
    SnapshotCommitter onMain = open(version);
    onMain.commit(keyed.stage("one", 1, 2, 3));
    KeyedTable branch = new KeyedTable(keyed.table, "s", "audit");
    branch.expected.putAll(keyed.expected);

    // Not opened exclusively: then the opening would have made the branch.
    SnapshotCommitter onBranch =
        SnapshotCommitter.open(
            branch.table.load(),
            branch.options().ownership(Ownership.PER_SOURCE).build(),
            branch.replacements);
    onBranch.commit(branch.stage("two", 2));
    onBranch.commit(branch.stage("three", 2, 3));

    branch.assertHoldsWhatIsExpected();
    keyed.assertHoldsWhatIsExpected();
  }

  @Test
  void aVectorStandsInForPositionDeletesAfterAnUpgrade() {
    SnapshotCommitter committer = open(2);
    committer.commit(keyed.stage("one", 1, 2, 3, 4));
    committer.commit(keyed.stage("two", 1));
    keyed.table.load().updateProperties().set("format-version", "3").commit();
    committer.commit(keyed.stage("three", 2));

    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.deleteFiles())
        .singleElement()
        .satisfies(
            deletes -> {
              assertThat(ContentFileUtil.isDV(deletes)).isTrue();
              assertThat(deletes.recordCount()).isEqualTo(2);
            });
  }

  @Test
  void filesThatSomebodyElseRemovedAreNotSpokenOf() {
    SnapshotCommitter committer = open(3);
    committer.commit(keyed.stage("one", 1, 2, 3));
    keyed.table.load().newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    keyed.expected.clear();
    committer.commit(keyed.stage("two", 1, 2));
    committer.commit(keyed.stage("three", 2));

    keyed.assertHoldsWhatIsExpected();
  }

  @Test
  void manyDeleteFilesAreWrittenByWhoeverHasTime() {
    keyed = KeyedTable.onSqlite(folder, 3, Map.of());
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      SnapshotCommitter committer =
          SnapshotCommitter.open(
              keyed.table.load(), keyed.options().executor(threads).build(), keyed.replacements);
      for (int file = 0; file < 30; file++) {
        committer.commit(keyed.stage("one", 10L * file, 10L * file + 1));
      }
      CommitResult result =
          committer.commit(
              keyed.stage("two", LongStream.range(0, 30).map(file -> 10 * file).toArray()));

      assertThat(result.replaced().rows()).isEqualTo(30);
      assertThat(keyed.deleteFiles()).hasSize(30);
      assertThat(keyed.storedDeleteFiles()).hasSize(30);
      keyed.assertHoldsWhatIsExpected();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whoOnlyAppendsRefusesRowsThatReplaceOthers() {
    open(3).close();
    StagedCommit staged = keyed.stage("one", 1);
    SnapshotCommitter plain = SnapshotCommitter.open(keyed.table.load(), keyed.options().build());

    assertThatThrownBy(() -> plain.commit(staged))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("through the writer that staged it");
    assertThatThrownBy(
            () -> Firn.openCommitter(keyed.table.load(), keyed.options().build()).commit(staged))
        .isInstanceOf(InvalidTokenException.class);
    keyed.expected.clear();
    keyed.assertHoldsWhatIsExpected();
  }
}
