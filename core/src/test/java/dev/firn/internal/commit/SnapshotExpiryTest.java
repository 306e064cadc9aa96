package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.testkit.Call;
import dev.firn.testkit.FakeClock;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotExpiryTest {

  private final FakeClock clock = FakeClock.atNow();
  private final FaultPlan plan = FaultPlan.scripted();
  private final List<Integer> heard = new ArrayList<>();
  private long position;

  /** Two snapshots are kept, whatever their age. */
  private static TestTable tableThatKeepsTwo(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("history.expire.max-snapshot-age-ms", "-1000");
    properties.put("history.expire.min-snapshots-to-keep", "2");
    return TestTable.inMemory(properties);
  }

  private WriterOptions.Builder options() {
    return WriterOptions.builder("s")
        .clock(clock)
        .expireSnapshots(true)
        .commitTimeout(Duration.ofSeconds(1))
        .listener(
            new WriterListener() {
              @Override
              public void expired(int snapshots) {
                heard.add(snapshots);
              }
            });
  }

  private SnapshotCommitter open(TestTable table, WriterOptions options) {
    return SnapshotCommitter.open(table.faulty(plan), options, new FakePause());
  }

  private void commit(TestTable table, SnapshotCommitter committer, String name) {
    CommitToken from = position == 0 ? CommitToken.none() : CommitToken.of(position);
    committer.commit(table.stage("s", from, CommitToken.of(++position), name));
  }

  private static int snapshots(TestTable table) {
    return table.metadata().snapshots().size();
  }

  @Test
  void nobodyAsksSoNothingExpires() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().expireSnapshots(false).build());
    for (String name : List.of("a", "b", "c")) {
      commit(table, committer, name);
      committer.housekeep();
    }
    assertThat(snapshots(table)).isEqualTo(4);
    assertThat(heard).isEmpty();
  }

  @Test
  void theTablesRulesSayWhatGoesAndItsFilesGoToo() {
    TestTable table = tableThatKeepsTwo(Map.of());
    table.append("f1");
    table.append("f2");
    SnapshotCommitter committer = open(table, options().build());
    List<Snapshot> before = List.copyOf(table.metadata().snapshots());
    commit(table, committer, "a");
    committer.housekeep();

    assertThat(heard).containsExactly(2);
    assertThat(snapshots(table)).isEqualTo(2);
    assertThat(table.names()).containsExactly("a", "f1", "f2");
    FileIO io = table.load().io();
    assertThat(before)
        .extracting(snapshot -> exists(io, snapshot.manifestListLocation()))
        .containsExactly(false, false, true);
  }

  @Test
  void oncePerSixtyCommitsOrAnHour() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().build());
    for (int i = 0; i < SnapshotExpiry.COMMITS_BETWEEN; i++) {
      commit(table, committer, "a" + i);
      committer.housekeep();
    }
    assertThat(heard).as("the opening's snapshot has two on top only at the second").isEmpty();
    commit(table, committer, "b");
    committer.housekeep();
    assertThat(heard).containsExactly(SnapshotExpiry.COMMITS_BETWEEN);

    commit(table, committer, "c");
    committer.housekeep();
    clock.advance(SnapshotExpiry.TIME_BETWEEN);
    committer.housekeep();
    assertThat(heard)
        .as("a commit and a heartbeat later")
        .containsExactly(SnapshotExpiry.COMMITS_BETWEEN, 2);
    clock.advance(SnapshotExpiry.TIME_BETWEEN);
    committer.housekeep();
    assertThat(heard).as("heartbeats are snapshots too").hasSize(3);
  }

  @Test
  void filesThatNoSnapshotNeedsAnyMoreAreDeleted() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().build());
    DataFile gone = onDisk(table, "gone");
    DataFile kept = onDisk(table, "kept");
    table.load().newAppend().appendFile(gone).appendFile(kept).commit();
    table.load().newDelete().deleteFile(gone).commit();
    commit(table, committer, "a");
    commit(table, committer, "b");
    committer.housekeep();

    assertThat(heard).hasSize(1);
    FileIO io = table.load().io();
    assertThat(exists(io, gone.location())).isFalse();
    assertThat(exists(io, kept.location())).isTrue();
    assertThat(table.names()).containsExactly("a", "b", "kept");
  }

  @Test
  void aRolledBackSnapshotTakesItsFilesAlong() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().build());
    long before = table.load().currentSnapshot().snapshotId();
    DataFile file = onDisk(table, "rolled-back");
    table.load().newAppend().appendFile(file).commit();
    table.load().manageSnapshots().rollbackTo(before).commit();
    commit(table, committer, "a");
    committer.housekeep();

    assertThat(heard).containsExactly(1);
    assertThat(exists(table.load().io(), file.location())).isFalse();
  }

  @Test
  void rowsThatWereRolledBackLatelyMayBeCommittedAgain() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().build());
    long before = table.load().currentSnapshot().snapshotId();
    DataFile file = onDisk(table, "again");
    StagedCommit staged = table.stage("s", CommitToken.none(), CommitToken.of("one", 1), "again");
    committer.commit(staged);
    table.load().manageSnapshots().rollbackTo(before).commit();
    table.append("f1");
    SnapshotCommitter reopened = open(table, options().build());
    reopened.commit(table.stage("s", CommitToken.none(), CommitToken.of("other", 1), "b"));
    reopened.housekeep();

    assertThat(heard).hasSize(1);
    assertThat(exists(table.load().io(), file.location())).isTrue();
    reopened.commit(staged);
    assertThat(table.names()).containsExactly("again", "b", "f1");
  }

  @Test
  void whatACompactionReplacedGoesWithTheLastSnapshotBeforeIt() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().build());
    DataFile one = onDisk(table, "one");
    DataFile two = onDisk(table, "two");
    Table foreign = table.load();
    foreign.newAppend().appendFile(one).appendFile(two).commit();
    foreign
        .newRewrite()
        .deleteFile(one)
        .deleteFile(two)
        .addFile(onDisk(table, "compacted"))
        .commit();
    commit(table, committer, "a");
    committer.housekeep();

    assertThat(heard).containsExactly(2);
    FileIO io = table.load().io();
    assertThat(exists(io, one.location())).isFalse();
    assertThat(table.names()).containsExactly("a", "compacted");
  }

  @Test
  void aTagKeepsItsManifests() {
    TestTable table = tableThatKeepsTwo(Map.of("commit.manifest.min-count-to-merge", "2"));
    SnapshotCommitter committer = open(table, options().build());
    commit(table, committer, "a");
    Table tagged = table.load();
    tagged.manageSnapshots().createTag("kept", tagged.currentSnapshot().snapshotId()).commit();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < SnapshotExpiry.COMMITS_BETWEEN; i++) {
        commit(table, committer, "b" + round + "-" + i);
        committer.housekeep();
      }
    }
    assertThat(heard).hasSizeGreaterThanOrEqualTo(2);
    assertThat(table.names("kept")).containsExactly("a");
    assertThat(table.names()).hasSize(2 * SnapshotExpiry.COMMITS_BETWEEN + 1);
  }

  @Test
  void whatIsLeftOfTheMetadataIsWhatIsNeeded(@TempDir Path folder) throws IOException {
    TestTable table =
        TestTable.onSqlite(
            folder,
            Map.of(
                "history.expire.max-snapshot-age-ms",
                "-1000",
                "history.expire.min-snapshots-to-keep",
                "2",
                "commit.manifest.min-count-to-merge",
                "3"));
    SnapshotCommitter committer = open(table, options().build());
    for (int i = 0; i < SnapshotExpiry.COMMITS_BETWEEN; i++) {
      commit(table, committer, "a" + i);
    }
    committer.housekeep();

    assertThat(heard).hasSize(1);
    FileIO io = table.load().io();
    Set<String> needed = new TreeSet<>();
    for (Snapshot snapshot : table.load().snapshots()) {
      needed.add(name(snapshot.manifestListLocation()));
      snapshot.allManifests(io).forEach(manifest -> needed.add(name(manifest.path())));
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".avro")))
          .containsExactlyInAnyOrderElementsOf(needed);
    }
  }

  private static String name(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  /** What Iceberg's incremental clean-up would delete: see {@link ExpiredFiles}. */
  @Test
  void aPuffinFileLivesAsLongAsOneOfItsVectors() {
    TestTable table = tableThatKeepsTwo(Map.of("format-version", "3"));
    SnapshotCommitter committer = open(table, options().build());
    Table foreign = table.load();
    DataFile one = onDisk(table, "one");
    DataFile two = onDisk(table, "two");
    foreign.newAppend().appendFile(one).appendFile(two).commit();
    DataFile shared = onDisk(table, "shared-puffin");
    DataFile other = onDisk(table, "other-puffin");
    DeleteFile ofOne = vector(foreign, shared, one, 4);
    foreign.newRowDelta().addDeletes(ofOne).addDeletes(vector(foreign, shared, two, 44)).commit();
    foreign
        .newRowDelta()
        .validateFromSnapshot(foreign.currentSnapshot().snapshotId())
        .removeDeletes(ofOne)
        .addDeletes(vector(foreign, other, one, 4))
        .commit();
    commit(table, committer, "a");
    commit(table, committer, "b");
    committer.housekeep();

    assertThat(heard).hasSize(1);
    assertThat(exists(foreign.io(), shared.location())).isTrue();
    assertThat(table.names()).containsExactly("a", "b", "one", "two");
  }

  @Test
  void theTokensOfAnotherBranchAreNotTaken() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter audit = open(table, options().branch("audit").build());
    audit.commit(table.stageOn("audit", "s", CommitToken.none(), CommitToken.of(7), "x"));
    audit.close();
    SnapshotCommitter committer = open(table, options().build());
    for (String name : List.of("f1", "f2", "f3")) {
      Table foreign = table.load();
      foreign.newAppend().toBranch("audit").appendFile(TestTable.file(foreign, name)).commit();
    }
    commit(table, committer, "a");
    commit(table, committer, "b");
    committer.housekeep();
    assertThat(heard).isEmpty();
    assertThat(open(table, options().branch("audit").build()).committed())
        .isEqualTo(CommitToken.of(7));
  }

  @Test
  void theBranchOfAStreamIsNotDroppedForItsAge() {
    TestTable table = tableThatKeepsTwo(Map.of("history.expire.max-ref-age-ms", "1"));
    SnapshotCommitter audit = open(table, options().branch("audit").build());
    audit.commit(table.stageOn("audit", "s", CommitToken.none(), CommitToken.of(7), "x"));
    Table foreign = table.load();
    foreign.newAppend().appendFile(TestTable.file(foreign, "f")).commit();
    SnapshotCommitter committer = open(table, options().build());
    commit(table, committer, "a");
    clock.advance(Duration.ofMinutes(1));
    committer.housekeep();
    assertThat(table.load().refs()).containsKey("audit");
    assertThat(open(table, options().branch("audit").build()).committed())
        .isEqualTo(CommitToken.of(7));
  }

  @Test
  void longTokensGoWithTheirSnapshots() {
    TestTable table = tableThatKeepsTwo(Map.of(TokenFiles.INLINE_PROPERTY, "1"));
    SnapshotCommitter committer = open(table, options().build());
    commit(table, committer, "a");
    commit(table, committer, "b");
    List<String> files = tokenFiles(table);
    assertThat(files).hasSize(3);
    committer.housekeep();

    FileIO io = table.load().io();
    assertThat(files).extracting(file -> exists(io, file)).containsExactly(false, true, true);
    assertThat(open(table, options().build()).committed()).isEqualTo(CommitToken.of(2));
  }

  @Test
  void aTableWhoseFilesMayBelongToOthersIsLeftAlone() {
    TestTable table = tableThatKeepsTwo(Map.of("gc.enabled", "false"));
    SnapshotCommitter committer = open(table, options().build());
    commit(table, committer, "a");
    commit(table, committer, "b");
    committer.housekeep();
    assertThat(snapshots(table)).isEqualTo(3);
    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"REFUSED", "APPLIED_BUT_REFUSED", "UNKNOWN_APPLIED", "ERROR_NOT_APPLIED", "DELAYED"})
  void anExpiryThatDoesNotLandHarmsNothing(Fault fault) {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().build());
    commit(table, committer, "a");
    commit(table, committer, "b");
    List<Snapshot> before = List.copyOf(table.metadata().snapshots());
    plan.on(Call.COMMIT, 1, fault);
    committer.housekeep();

    assertThat(heard).isEmpty();
    FileIO io = table.load().io();
    assertThat(before)
        .as("what nobody knows the fate of is not deleted")
        .allMatch(snapshot -> exists(io, snapshot.manifestListLocation()));
    commit(table, committer, "c");
    assertThat(table.names()).containsExactly("a", "b", "c");
  }

  @Test
  void aCleanUpThatFailsHarmsNothing() {
    TestTable table = tableThatKeepsTwo(Map.of());
    SnapshotCommitter committer = open(table, options().build());
    commit(table, committer, "a");
    commit(table, committer, "b");
    plan.from(Call.DELETE, 1, Fault.DELETE_FAILS);
    committer.housekeep();
    assertThat(snapshots(table)).isEqualTo(2);
    commit(table, committer, "c");
    assertThat(table.names()).containsExactly("a", "b", "c");
  }

  private static boolean exists(FileIO io, String location) {
    try {
      return io.newInputFile(location).exists();
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** A file that is there, so that its deletion can be seen. */
  private static DataFile onDisk(TestTable table, String name) {
    Table loaded = table.load();
    DataFile file = TestTable.file(loaded, name);
    SideFiles.write(loaded.io(), file.location(), new byte[100]);
    return file;
  }

  private static DeleteFile vector(Table table, DataFile puffin, DataFile of, long offset) {
    return FileMetadata.deleteFileBuilder(table.spec())
        .ofPositionDeletes()
        .withFormat(FileFormat.PUFFIN)
        .withPath(puffin.location())
        .withFileSizeInBytes(100)
        .withReferencedDataFile(of.location())
        .withContentOffset(offset)
        .withContentSizeInBytes(40)
        .withRecordCount(1)
        .build();
  }

  private static List<String> tokenFiles(TestTable table) {
    return StreamSupport.stream(table.load().snapshots().spliterator(), false)
        .map(snapshot -> snapshot.summary().get(TokenLedger.TOKENS_REFERENCE))
        .map(reference -> reference.substring(0, reference.lastIndexOf('#')))
        .toList();
  }
}
