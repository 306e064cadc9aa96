package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import dev.firn.testkit.GenericsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** A table of rows by key, in real files, and what it should hold. */
final class KeyedTable {

  private static final long FINGERPRINT = 42;

  final TestTable table;
  final ScannedReplacements replacements;

  /** What the staged commits that were {@link #stage}d last would leave. */
  final Map<Long, String> expected = new TreeMap<>();

  private final String stream;
  private final String branch;
  private long position;

  /** The table as one stream sees it that writes one branch. */
  KeyedTable(TestTable table, String stream, String branch) {
    this.table = table;
    this.stream = stream;
    this.branch = branch;
    this.replacements = new ScannedReplacements(table::load, branch);
  }

  static KeyedTable onSqlite(Path folder, int formatVersion, Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put("format-version", String.valueOf(formatVersion));
    return new KeyedTable(TestTable.onSqlite(folder, all), "s", "main");
  }

  WriterOptions.Builder options() {
    return WriterOptions.builder(stream).branch(branch);
  }

  /** The next rows of the stream: {@code text} for each of the keys. */
  StagedCommit stage(String text, long... keys) {
    return stage(Set.of(), text, keys);
  }

  /** As {@link #stage(String, long...)}, after rows with the keys {@code deleted} are deleted. */
  StagedCommit stage(Set<Long> deleted, String text, long... keys) {
    CommitToken from = position == 0 ? CommitToken.none() : CommitToken.of(position);
    position++;
    deleted.forEach(expected::remove);
    try (StagingTableWriter<Map<String, ?>> writer =
        Firn.openStagingWriter(table.load(), Firn.mapMapper(), options().build())) {
      for (long key : keys) {
        writer.append(Map.of("id", key, "text", text));
        expected.put(key, text);
      }
      StagedFiles appended =
          StagedFilesCodec.decode(
              writer.stage(from, CommitToken.of(position)), table.load().specs());
      replacements.deletes(appended.stageId(), deleted);
      return StagedFilesCodec.encode(
          new StagedFiles(
              appended.stageId(),
              appended.tableUuid(),
              appended.streamId(),
              appended.branch(),
              appended.from(),
              appended.to(),
              FINGERPRINT,
              appended.dataFiles()),
          table.load().specs());
    }
  }

  /** Iceberg's reader sees what is expected, and no key twice. */
  void assertHoldsWhatIsExpected() {
    List<List<Object>> rows = new ArrayList<>();
    expected.forEach((key, text) -> rows.add(List.of(key, text)));
    assertThat(GenericsReader.rows(table.load(), branch)).containsExactlyInAnyOrderElementsOf(rows);
  }

  /** The data files at the head, each with its delete files. */
  Map<DataFile, List<DeleteFile>> files() {
    Map<DataFile, List<DeleteFile>> files = new HashMap<>();
    Table now = table.load();
    try (CloseableIterable<FileScanTask> tasks = now.newScan().useRef(branch).planFiles()) {
      tasks.forEach(task -> files.put(task.file(), task.deletes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** All delete files at the head. */
  List<DeleteFile> deleteFiles() {
    return files().values().stream().flatMap(List::stream).toList();
  }

  /** Where delete files lie in the storage, whether a snapshot names them or not. */
  Set<String> storedDeleteFiles() {
    try (Stream<Path> all = Files.walk(Path.of(table.load().location()))) {
      Set<String> stored = new TreeSet<>();
      all.map(Path::toString)
          .filter(file -> file.endsWith(".puffin") || file.endsWith("-deletes.parquet"))
          .forEach(stored::add);
      return stored;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
