package dev.firn.internal.commit;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.scan.DeletedRowsScan;
import dev.firn.internal.scan.KeyScan;
import dev.firn.internal.stage.ReplacedRows;
import dev.firn.internal.stage.Replacements;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.stage.StagedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;
import org.jspecify.annotations.Nullable;

/**
 * Knows where each key is by reading the whole table, each time. The key is the field with id 1. Of
 * one staged commit deletes come before its rows.
 */
final class ScannedReplacements implements Replacements {

  /** One telling of {@link #landed}. */
  record Told(@Nullable Long snapshotId, List<UUID> stageIds) {}

  private record Place(DataFile file, long position) {}

  private final Supplier<Table> table;
  private final String branch;
  private final Map<UUID, Set<Long>> deleted = new HashMap<>();

  final List<@Nullable Long> asked = new ArrayList<>();
  final List<Told> told = new ArrayList<>();

  /** What is done before an answer. */
  Runnable before = () -> {};

  private @Nullable Long lastHead;
  private List<StagedFiles> lastStaged = List.of();
  private ReplacedRows lastAnswer = ReplacedRows.NONE;

  ScannedReplacements(Supplier<Table> table, String branch) {
    this.table = table;
    this.branch = branch;
  }

  /** The stage with this id also deletes these keys. */
  void deletes(UUID stageId, Set<Long> keys) {
    deleted.put(stageId, keys);
  }

  @Override
  public ReplacedRows on(TableMetadata base, List<StagedFiles> staged) {
    SnapshotRef ref = base.ref(branch);
    Snapshot head = ref == null ? base.currentSnapshot() : base.snapshot(ref.snapshotId());
    Long id = head == null ? null : head.snapshotId();
    asked.add(id);
    before.run();
    if (asked.size() > 1 && Objects.equals(id, lastHead) && staged.equals(lastStaged)) {
      return lastAnswer;
    }
    lastHead = id;
    lastStaged = List.copyOf(staged);
    lastAnswer = new ReplacedRows(new Answer(staged).on(head), 0, 0);
    return lastAnswer;
  }

  @Override
  public void landed(@Nullable Snapshot snapshot, List<StagedFiles> staged) {
    told.add(
        new Told(
            snapshot == null ? null : snapshot.snapshotId(),
            staged.stream().map(StagedFiles::stageId).toList()));
  }

  private final class Answer {
    private final Map<Long, @Nullable Place> newest = new HashMap<>();
    private final Map<String, DataFile> files = new LinkedHashMap<>();
    private final Map<String, DeletedRows> gone = new HashMap<>();
    private final Map<String, DeletedRows> goneBefore = new HashMap<>();
    private final Map<String, List<DeleteFile>> earlier = new HashMap<>();

    Answer(List<StagedFiles> staged) {
      for (StagedFiles each : staged) {
        deleted.getOrDefault(each.stageId(), Set.of()).forEach(key -> put(key, null));
        for (DataFile file : each.dataFiles()) {
          List<Long> keys = keys(file);
          for (int i = 0; i < keys.size(); i++) {
            put(keys.get(i), new Place(file, i));
          }
        }
      }
    }

    private void put(Long key, @Nullable Place place) {
      Place previous = newest.put(key, place);
      if (previous != null) {
        delete(previous);
      }
    }

    private void delete(Place place) {
      String location = place.file.location();
      files.putIfAbsent(location, place.file);
      gone.computeIfAbsent(location, any -> new DeletedRows()).add(place.position);
    }

    List<RowDeletes> on(@Nullable Snapshot head) {
      if (head != null) {
        Table now = table.get();
        try (CloseableIterable<FileScanTask> tasks =
            now.newScan().useSnapshot(head.snapshotId()).planFiles()) {
          tasks.forEach(this::look);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      List<RowDeletes> answer = new ArrayList<>();
      files.forEach(
          (location, file) -> {
            DeletedRows all = goneBefore.getOrDefault(location, new DeletedRows()).copy();
            all.addAll(gone.get(location));
            answer.add(
                new RowDeletes(
                    file, gone.get(location), all, earlier.getOrDefault(location, List.of())));
          });
      return answer;
    }

    private void look(FileScanTask task) {
      DataFile file = task.file();
      DeletedRows before = new DeletedRows();
      for (DeleteFile deletes : task.deletes()) {
        before.addAll(DeletedRowsScan.of(table.get().io(), deletes, file.location()));
      }
      goneBefore.put(file.location(), before);
      earlier.put(
          file.location(), task.deletes().stream().filter(ContentFileUtil::isFileScoped).toList());
      List<Long> keys = keys(file);
      for (int i = 0; i < keys.size(); i++) {
        if (newest.containsKey(keys.get(i)) && !before.contains(i)) {
          delete(new Place(file, i));
        }
      }
    }

    private List<Long> keys(DataFile file) {
      Table now = table.get();
      List<Long> keys = new ArrayList<>();
      try (KeyScan scan =
          KeyScan.open(
              now.io().newInputFile(file.location()), List.of(now.schema().findField(1)), null)) {
        while (scan.next()) {
          LongColumn ids = (LongColumn) scan.columns().get(0);
          for (int i = 0; i < scan.rows(); i++) {
            keys.add(ids.values()[i]);
          }
        }
      }
      return keys;
    }
  }
}
