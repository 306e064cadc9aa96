package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.maintain.RemovedFiles;
import dev.firn.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnnamedFilesTest {

  private static final CommitToken NONE = CommitToken.none();
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path folder;

  private final FakeClock clock = FakeClock.atNow();
  private TestTable table;

  @BeforeEach
  void createTable() {
    table = TestTable.onSqlite(folder, Map.of(TokenFiles.INLINE_PROPERTY, "0"));
  }

  /** Really sealed files, under the names that writers give. */
  private StagedCommit stage(CommitToken from, CommitToken to) {
    try (StagingTableWriter<Map<String, ?>> writer =
        Firn.openStagingWriter(table.load(), Firn.mapMapper(), options())) {
      writer.append(Map.of("id", to.position().orElse(0)));
      return writer.stage(from, to);
    }
  }

  private static WriterOptions options() {
    return WriterOptions.builder("s").build();
  }

  private RemovedFiles remove() {
    return new UnnamedFiles(table.load(), clock).removeAbandonedFiles(DAY);
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(table.load().location(), "data"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void whatADeadProcessLeftGoesAndWhatIsCommittedStays() throws IOException {
    StagedCommit committed = stage(NONE, CommitToken.of(1));
    stage(CommitToken.of(1), CommitToken.of(2)); // its process dies here
    SnapshotCommitter.open(table.load(), options()).commit(committed);
    Path garbage = Path.of(table.load().location(), "metadata", "firn-tok-of-a-lost-attempt.txt");
    Files.writeString(garbage, "tokens");
    assertThat(dataFiles()).hasSize(2);

    clock.advance(DAY.plusMinutes(1));
    assertThat(remove()).isEqualTo(new RemovedFiles(1, 1, 0, 0));
    assertThat(dataFiles()).hasSize(1);
    assertThat(garbage).doesNotExist();
    assertThat(SnapshotCommitter.open(table.load(), options()).committed())
        .isEqualTo(CommitToken.of(1));
    assertThat(remove()).isEqualTo(new RemovedFiles(0, 0, 0, 0));
  }

  @Test
  void whatIsYoungMayBeOnItsWay() throws IOException {
    stage(NONE, CommitToken.of(1));
    clock.advance(DAY.minusMinutes(1));
    assertThat(remove().dataFiles()).isZero();
    assertThat(dataFiles()).hasSize(1);
  }

  @Test
  void whatOnlyAnOlderSnapshotOrABranchNamesStays() throws IOException {
    SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options());
    committer.commit(stage(NONE, CommitToken.of(1)));
    Table now = table.load();
    now.manageSnapshots().createBranch("audit").commit();
    now.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    clock.advance(DAY.plusMinutes(1));
    assertThat(remove().dataFiles()).isZero();
    assertThat(dataFiles()).hasSize(1);
  }

  @Test
  void filesOfOthersAreNotLookedAt() throws IOException {
    Path theirs = Path.of(table.load().location(), "data", "00000-0-theirs.parquet");
    Path named = Path.of(table.load().location(), "data", "firn-like.parquet");
    Files.createDirectories(theirs.getParent());
    Files.writeString(theirs, "rows");
    Files.writeString(named, "rows");
    clock.advance(DAY.plusMinutes(1));
    assertThat(remove()).isEqualTo(new RemovedFiles(0, 0, 0, 0));
    assertThat(theirs).exists();
    assertThat(named).exists();
  }

  @Test
  void aFileIsKnownByItsNameWhateverTheSchemeOfItsLocation() throws IOException {
    SnapshotCommitter committer = SnapshotCommitter.open(table.load(), options());
    committer.commit(stage(NONE, CommitToken.of(1)));
    Table now = table.load();
    // Somebody has registered the same file by another notation of its location.
    DataFile file = now.newScan().planFiles().iterator().next().file();
    now.newRewrite()
        .deleteFile(file)
        .addFile(
            DataFiles.builder(now.spec()).copy(file).withPath("file:" + file.location()).build())
        .commit();
    now.expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 1)
        .retainLast(1)
        .cleanupLevel(ExpireSnapshots.CleanupLevel.NONE)
        .commit();
    clock.advance(DAY.plusMinutes(1));
    assertThat(remove().dataFiles()).isZero();
    assertThat(dataFiles()).hasSize(1);
  }

  @Test
  void aNegativeAgeIsRefused() {
    assertThatThrownBy(
            () -> Firn.maintenance(table.load()).removeAbandonedFiles(Duration.ofDays(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
