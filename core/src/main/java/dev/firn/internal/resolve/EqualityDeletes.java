package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.scan.ColumnNames;
import dev.firn.internal.stage.ReplacedRows;
import dev.firn.internal.stage.RowDeletes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.StructLikeWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a snapshot's equality deletes delete, by position.
 *
 * <p>An equality delete is of all rows with its values that came in at an earlier sequence number:
 * in the whole table if it was written without partitions, else in the partition, of the same spec,
 * that it is of (<a href="https://iceberg.apache.org/spec/#scan-planning">Iceberg's specification,
 * scan planning</a>). So its files are taken by columns and by partition, their keys are put into
 * an index with the newest sequence number of each, and the columns of the data files they may be
 * of are read and looked up, one file after another.
 */
public final class EqualityDeletes {

  private static final int EVERYWHERE = -1;

  /**
   * What there is, and what it comes to.
   *
   * @param files all equality deletes of the snapshot
   * @param rows the rows that they delete and nothing else did; where they delete none of a file,
   *     nothing is said of it
   */
  public record Found(List<DeleteFile> files, ReplacedRows rows) {

    public Found {
      files = List.copyOf(files);
    }
  }

  /**
   * Which files some deletes are of.
   *
   * @param fieldIds the columns that they compare, sorted
   * @param specId of their partition; {@link #EVERYWHERE} for all rows of the table
   */
  private record Scope(List<Integer> fieldIds, int specId, @Nullable StructLikeWrapper partition) {}

  private final TableMetadata metadata;
  private final FileIO io;
  private final IndexMemory memory;
  private final SnapshotDiff files;
  private final Map<String, DeletedRows> deleted = new LinkedHashMap<>();

  private EqualityDeletes(
      TableMetadata metadata, Snapshot snapshot, FileIO io, IndexMemory memory) {
    this.metadata = metadata;
    this.io = io;
    this.memory = memory;
    this.files = SnapshotDiff.between(new TableFiles(), snapshot, metadata, io);
  }

  /**
   * Finds the equality deletes of {@code snapshot}, and what they delete.
   *
   * @param memoryLimitBytes for the keys of the deletes of one partition, or of a whole table
   *     without partitions
   * @throws dev.firn.api.error.UnsupportedTableException if they go by columns, or are of files,
   *     that cannot be compared here
   * @throws dev.firn.api.error.StorageException if a file cannot be read
   * @throws dev.firn.api.error.IndexFullException if they delete more keys than memory has room for
   * @throws RuntimeException of Iceberg's if the snapshot cannot be read
   */
  public static Found of(
      Snapshot snapshot, TableMetadata metadata, FileIO io, long memoryLimitBytes) {
    return new EqualityDeletes(metadata, snapshot, io, new IndexBudget(memoryLimitBytes)).find();
  }

  private Found find() {
    byScope().forEach(this::resolve);
    Map<String, DeletedRows> shared = DeletesOf.several(files.shared(), io);
    List<RowDeletes> rows = new ArrayList<>();
    deleted.forEach(
        (path, gone) -> {
          RowDeletes each = deletesOf(path, gone, shared);
          if (!each.added().isEmpty()) {
            rows.add(each);
          }
        });
    return new Found(files.equalityDeletes(), new ReplacedRows(rows, 0, 0));
  }

  private Map<Scope, List<DeleteFile>> byScope() {
    Map<Scope, List<DeleteFile>> scopes = new LinkedHashMap<>();
    files.equalityDeletes().stream()
        .sorted(Comparator.comparing(DeleteFile::dataSequenceNumber))
        .forEach(file -> scopes.computeIfAbsent(scope(file), s -> new ArrayList<>()).add(file));
    return scopes;
  }

  private Scope scope(DeleteFile file) {
    List<Integer> fieldIds = List.copyOf(new TreeSet<>(file.equalityFieldIds()));
    PartitionSpec spec = metadata.spec(file.specId());
    return spec.isUnpartitioned()
        ? new Scope(fieldIds, EVERYWHERE, null)
        : new Scope(fieldIds, file.specId(), partition(file));
  }

  private StructLikeWrapper partition(ContentFile<?> file) {
    return StructLikeWrapper.forType(metadata.spec(file.specId()).partitionType())
        .set(file.partition());
  }

  private void resolve(Scope scope, List<DeleteFile> deletes) {
    long newest = deletes.get(deletes.size() - 1).dataSequenceNumber();
    List<DataFile> older =
        files.appeared().values().stream()
            .filter(file -> file.dataSequenceNumber() < newest && isIn(scope, file))
            .toList();
    if (older.isEmpty()) {
      return;
    }
    try (DeletedKeys keys =
        new DeletedKeys(metadata, scope.fieldIds, io, ColumnNames.of(metadata), memory)) {
      deletes.forEach(keys::add);
      for (DataFile file : older) {
        DeletedRows gone = keys.in(file);
        if (!gone.isEmpty()) {
          deleted.computeIfAbsent(file.location(), p -> new DeletedRows()).addAll(gone);
        }
      }
    }
  }

  private boolean isIn(Scope scope, DataFile file) {
    return scope.specId == EVERYWHERE
        || (scope.specId == file.specId() && partition(file).equals(scope.partition));
  }

  private RowDeletes deletesOf(String path, DeletedRows gone, Map<String, DeletedRows> shared) {
    List<DeleteFile> earlier = files.newDeletes().getOrDefault(path, List.of());
    DeletedRows before = DeletesOf.one(path, earlier, shared, io);
    DeletedRows all = gone.copy();
    all.addAll(before);
    return new RowDeletes(
        Objects.requireNonNull(files.appeared().get(path)), gone.without(before), all, earlier);
  }
}
