package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitResult.Outcome;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.StorageException;
import dev.firn.testkit.Call;
import dev.firn.testkit.FakeClock;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits that replace rows, while the catalog fails, lies or falls silent. */
class ReplacementFaultsTest {

  @TempDir Path folder;

  private final FaultPlan plan = FaultPlan.scripted().sleeper(howLong -> {});
  private final FakePause pause = new FakePause();
  private final FakeClock clock = FakeClock.atNow();
  private KeyedTable keyed;

  private SnapshotCommitter open(int version) {
    return open(version, Map.of());
  }

  private SnapshotCommitter open(int version, Map<String, String> properties) {
    keyed = KeyedTable.onSqlite(folder, version, properties);
    WriterOptions options =
        keyed
            .options()
            .commitTimeout(Duration.ofSeconds(10))
            .clock(clock)
            .expireSnapshots(!properties.isEmpty())
            .build();
    return SnapshotCommitter.open(
        keyed.table.faulty(plan), options, keyed.replacements, pause, new CommitterParts());
  }

  private long head() {
    return keyed.table.load().currentSnapshot().snapshotId();
  }

  private List<List<UUID>> toldOf(Long snapshotId) {
    return keyed.replacements.told.stream()
        .filter(told -> Objects.equals(told.snapshotId(), snapshotId))
        .map(ScannedReplacements.Told::stageIds)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "2,APPLIED_BUT_REFUSED",
    "3,APPLIED_BUT_REFUSED",
    "3,UNKNOWN_APPLIED",
    "3,ERROR_APPLIED"
  })
  void aCommitThatLandedWhateverTheAnswerWasDeletesOnce(int version, Fault lie) {
    SnapshotCommitter committer = open(version);
    committer.commit(keyed.stage("one", 1, 2, 3));
    plan.on(Call.COMMIT, 1, lie);

    CommitResult result = committer.commit(keyed.stage("two", 2));
    committer.commit(keyed.stage("three", 2, 3));

    keyed.assertHoldsWhatIsExpected();
    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.replaced().rows()).isEqualTo(1);
    assertThat(keyed.deleteFiles().stream().mapToLong(DeleteFile::recordCount).sum())
        .as("the rows that are deleted in files that are there, each once")
        .isEqualTo(2);
    assertThat(toldOf(result.snapshotId().getAsLong())).hasSize(1);
    assertThat(keyed.replacements.told).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void onTheSameBaseDeletesAreWrittenOnce(int version) {
    SnapshotCommitter committer = open(version);
    committer.commit(keyed.stage("one", 1, 2, 3));
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_NOT_APPLIED)
        .on(Call.COMMIT, 2, Fault.UNKNOWN_NOT_APPLIED);

    CommitResult result = committer.commit(keyed.stage("two", 2));

    assertThat(result.attempts()).isEqualTo(3);
    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.storedDeleteFiles()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aBaseThatMovesIsAskedAboutAnewAndTheDataFilesAreUsedAgain(int version) {
    SnapshotCommitter committer = open(version);
    committer.commit(keyed.stage("one", 1, 2, 3, 4));
    long before = head();
    StagedCommit staged = keyed.stage("two", 2, 3);
    plan.on(Call.COMMIT, 1, Fault.SLOW_COMMIT).meanwhile(() -> foreignDelete(1));

    CommitResult result = committer.commit(staged);

    assertThat(result.attempts()).isEqualTo(2);
    assertThat(keyed.replacements.asked).contains(before).doesNotHaveDuplicates();
    keyed.expected.remove(1L);
    keyed.assertHoldsWhatIsExpected();
    assertThat(keyed.storedDeleteFiles()).as("one of them was for nothing").hasSize(3);
    assertThat(keyed.deleteFiles()).hasSize(version == 3 ? 1 : 2);

    clock.advance(Duration.ofDays(2));
    int removed =
        new UnnamedFiles(keyed.table.load(), clock)
            .removeAbandonedFiles(Duration.ofDays(1))
            .dataFiles();
    assertThat(removed).isEqualTo(1);
    assertThat(keyed.storedDeleteFiles()).as("one that the snapshot before names").hasSize(2);
    keyed.assertHoldsWhatIsExpected();
  }

  /** Another stream deletes a key. */
  private void foreignDelete(long key) {
    KeyedTable other = new KeyedTable(keyed.table, "other", "main");
    SnapshotCommitter.open(other.table.load(), other.options().build(), other.replacements)
        .commit(other.stage(Set.of(key), "none"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aCommitInDoubtThatHadLandedIsToldOfOnce(int version) {
    SnapshotCommitter committer = open(version);
    committer.commit(keyed.stage("one", 1, 2));
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    StagedCommit staged = keyed.stage("two", 2);
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(CommitUnknownException.class);
    assertThat(keyed.replacements.told).hasSize(1);
    plan.heal();

    CommitResult result = committer.commit(staged);

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.rows()).isEqualTo(1);
    assertThat(result.replaced().rows()).isEqualTo(1);
    assertThat(keyed.replacements.told).hasSize(2);
    assertThat(toldOf(head())).hasSize(1);
    keyed.assertHoldsWhatIsExpected();
  }

  @Test
  void theBatchInDoubtIsToldOfBeforeTheNextIsAskedAbout() {
    SnapshotCommitter committer = open(3);
    committer.commit(keyed.stage("one", 1, 2));
    plan.on(Call.COMMIT, 1, Fault.UNKNOWN_APPLIED).from(Call.REFRESH, 1, Fault.REFRESH_FAILS);
    StagedCommit staged = keyed.stage("two", 2);
    assertThatThrownBy(() -> committer.commit(staged)).isInstanceOf(CommitUnknownException.class);
    plan.heal();
    long landed = head();

    committer.commit(keyed.stage("three", 1, 2));

    assertThat(toldOf(landed)).hasSize(1);
    assertThat(keyed.replacements.told).hasSize(3);
    keyed.assertHoldsWhatIsExpected();
  }

  @Test
  void whatWasInBeforeIsToldOfWithoutASnapshot() {
    SnapshotCommitter committer = open(3);
    StagedCommit staged = keyed.stage("one", 1, 2);
    committer.commit(staged);
    int asked = keyed.replacements.asked.size();

    assertThat(committer.commit(staged).outcome()).isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(toldOf(null)).hasSize(1);
    StagedCommit next = keyed.stage("two", 1);
    committer.commit(staged, next);

    assertThat(toldOf(null)).hasSize(2);
    assertThat(keyed.replacements.told).hasSize(4);
    assertThat(keyed.replacements.asked).hasSize(asked + 1);
    keyed.assertHoldsWhatIsExpected();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void storageThatDoesNotTakeDeletesLosesNothing(int version) {
    SnapshotCommitter committer = open(version);
    committer.commit(keyed.stage("one", 1, 2));
    StagedCommit staged = keyed.stage("two", 2);
    plan.on(Call.CREATE, 1, Fault.CREATE_FAILS);
    committer.commit(staged);
    keyed.assertHoldsWhatIsExpected();

    StagedCommit next = keyed.stage("three", 1, 2);
    plan.from(Call.CREATE, 1, Fault.CREATE_FAILS);
    assertThatThrownBy(() -> committer.commit(next))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Nothing is lost");
    plan.heal();
    committer.commit(next);
    keyed.assertHoldsWhatIsExpected();
  }

  @Test
  void aBaseThatCannotBeReadIsLookedAtAgainAndARefusalEndsTheCommit() {
    SnapshotCommitter committer = open(3);
    committer.commit(keyed.stage("one", 1, 2));
    StagedCommit staged = keyed.stage("two", 2);
    int[] failures = {2};
    keyed.replacements.before =
        () -> {
          if (failures[0]-- > 0) {
            throw new NotFoundException("expired under the reader");
          }
        };
    committer.commit(staged);
    keyed.assertHoldsWhatIsExpected();

    StagedCommit next = keyed.stage("three", 1);
    keyed.replacements.before =
        () -> {
          throw new IndexFullException("full", 1, 1, 1);
        };
    assertThatThrownBy(() -> committer.commit(next)).isInstanceOf(IndexFullException.class);
    keyed.replacements.before = () -> {};
    committer.commit(next);
    keyed.assertHoldsWhatIsExpected();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void expiryDeletesReplacedDeleteFilesAndNoOther(int version) {
    SnapshotCommitter committer =
        open(
            version,
            Map.of(
                "history.expire.max-snapshot-age-ms",
                "-1000",
                "history.expire.min-snapshots-to-keep",
                "2"));
    committer.commit(keyed.stage("one", 1, 2, 3, 4, 5, 6));
    committer.commit(keyed.stage("one", 11, 12, 13));
    committer.commit(keyed.stage("two", 1, 11));
    committer.commit(keyed.stage("three", 2));
    committer.commit(keyed.stage("four", 3));
    assertThat(keyed.storedDeleteFiles()).hasSize(4);

    committer.housekeep();

    assertThat(keyed.table.metadata().snapshots()).hasSize(2);
    assertThat(keyed.storedDeleteFiles()).isEqualTo(named());
    assertThat(keyed.storedDeleteFiles())
        .as("position deletes stand beside each other, so none was replaced")
        .hasSize(version == 3 ? 3 : 4);
    keyed.assertHoldsWhatIsExpected();
    committer.commit(keyed.stage("five", 1, 2, 3, 4, 5, 6, 11));
    keyed.assertHoldsWhatIsExpected();
  }

  /** The delete files that any snapshot names. */
  private Set<String> named() {
    Set<String> named = new TreeSet<>();
    for (Snapshot snapshot : keyed.table.load().snapshots()) {
      try (CloseableIterable<FileScanTask> tasks =
          keyed.table.load().newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
        tasks.forEach(
            task ->
                named.addAll(
                    task.deletes().stream()
                        .map(ContentFile::location)
                        .collect(Collectors.toSet())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return named;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void randomRowsInRandomTroubleLeaveWhatAMapWouldHold(int version) {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ReplacementFaultsTest seed=" + seed);
    Random random = new Random(seed);
    SnapshotCommitter committer = open(version);
    List<Fault> faults =
        List.of(
            Fault.APPLIED_BUT_REFUSED,
            Fault.UNKNOWN_APPLIED,
            Fault.UNKNOWN_NOT_APPLIED,
            Fault.ERROR_APPLIED,
            Fault.REFUSED);
    for (int round = 0; round < 12; round++) {
      if (random.nextInt(3) == 0) {
        plan.on(Call.COMMIT, 1, faults.get(random.nextInt(faults.size())));
      }
      List<StagedCommit> staged = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        Set<Long> deleted =
            random.longs(random.nextInt(4), 0, 40).boxed().collect(Collectors.toSet());
        staged.add(
            keyed.stage(
                deleted, round + "/" + i, random.longs(random.nextInt(8), 0, 40).toArray()));
      }
      committer.commit(staged);
      keyed.assertHoldsWhatIsExpected();
    }
  }
}
