package dev.firn.internal.maintain;

import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.maintain.RewrittenFiles;
import dev.firn.internal.commit.FilesRewritten;
import dev.firn.internal.commit.FilesRewritten.Rewrite;
import dev.firn.internal.encode.FileNames;
import dev.firn.internal.maintain.RewrittenBin.Forwarded;
import dev.firn.internal.maintain.RewrittenBin.Source;
import dev.firn.internal.resolve.LiveFiles;
import dev.firn.internal.stage.RowDeletes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the files of a table that are worth it, beside writers that go on.
 *
 * <p>Files are read as of one snapshot and written without a hurry; only then is a commit tried, on
 * whatever the table is by then. Most of what happened meanwhile is no hindrance: new files are
 * left alone, and rows that were deleted from an old file are deleted from the new one. Where an
 * old file is gone, or rows of it have come back, that bin is given up.
 */
final class Compaction {

  private static final Duration LONGEST_COMMIT = Duration.ofMinutes(15);

  /** So that a large table is done bit by bit, and little is lost if one commit is. */
  private static final int BINS_PER_COMMIT = 16;

  private static final String NAME = "maintenance";

  /** How what was written is committed. */
  interface Committing {
    void commit(Table table, FilesRewritten.Plan plan);
  }

  private final Table table;
  private final long mostFileBytes;
  private final Committing committing;
  private int files;
  private int into;
  private long rows;
  private long deletedRows;
  private long bytes;
  private long intoBytes;
  private int abandoned;

  /**
   * @param mostFileBytes that a new file may have, which is encoded in memory
   */
  Compaction(Table table, long mostFileBytes) {
    this(table, mostFileBytes, (t, plan) -> FilesRewritten.commit(t, plan, LONGEST_COMMIT));
  }

  Compaction(Table table, long mostFileBytes, Committing committing) {
    this.table = table;
    this.mostFileBytes = mostFileBytes;
    this.committing = committing;
  }

  RewrittenFiles run() {
    LiveFiles live = new LiveFiles(table.io());
    TableMetadata base = newest(live);
    if (base.currentSnapshot() != null) {
      BinWriter writer = new BinWriter(table, base, new FileNames(NAME), mostFileBytes);
      List<List<DataFile>> bins = Bins.of(live, base, writer.targetBytes());
      for (int from = 0; from < bins.size(); from += BINS_PER_COMMIT) {
        int to = Math.min(bins.size(), from + BINS_PER_COMMIT);
        rewrite(bins.subList(from, to), writer, live, base);
      }
    }
    return new RewrittenFiles(files, into, rows, deletedRows, bytes, intoBytes, abandoned);
  }

  private TableMetadata newest(LiveFiles live) {
    try {
      TableMetadata newest = FilesRewritten.newest(table);
      Snapshot head = newest.currentSnapshot();
      if (head != null) {
        live.bringTo(head, newest);
      }
      return newest;
    } catch (FirnException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StorageException(
          "The table's files cannot be told: "
              + e.getMessage()
              + ". Nothing has changed; call again when the storage is well.",
          table.location(),
          e);
    }
  }

  /** These bins, in one commit. */
  private void rewrite(
      List<List<DataFile>> bins, BinWriter writer, LiveFiles live, TableMetadata base) {
    List<RewrittenBin> written = write(bins, writer, live);
    Attempt attempt = new Attempt(written, live, base.formatVersion());
    try {
      committing.commit(table, attempt);
    } catch (CommitConflictException e) {
      delete(written, writer); // after any other failure it may have landed, or land yet
      throw e;
    }
    attempt.landed.forEach(this::count);
    written.removeAll(attempt.landed);
    written.forEach(bin -> abandoned += bin.sources().size());
    if (attempt.decided) {
      delete(written, writer);
    }
  }

  private List<RewrittenBin> write(List<List<DataFile>> bins, BinWriter writer, LiveFiles live) {
    List<RewrittenBin> written = new ArrayList<>();
    boolean whole = false;
    try {
      for (List<DataFile> bin : bins) {
        if (bin.stream().allMatch(file -> live.has(file.location()))) {
          written.add(writer.write(bin, live));
        } else {
          abandoned += bin.size();
        }
      }
      whole = true;
    } finally {
      if (!whole) {
        delete(written, writer);
      }
    }
    return written;
  }

  private static void delete(List<RewrittenBin> bins, BinWriter writer) {
    bins.forEach(bin -> writer.delete(bin.outputs()));
  }

  private void count(RewrittenBin bin) {
    files += bin.sources().size();
    into += bin.outputs().size();
    rows += bin.rows();
    intoBytes += bin.outputs().stream().mapToLong(DataFile::fileSizeInBytes).sum();
    for (Source source : bin.sources()) {
      deletedRows += source.deleted().count();
      bytes += source.file().fileSizeInBytes();
    }
  }

  /** What of some bins can be committed on a base. */
  private static final class Attempt implements FilesRewritten.Plan {

    private final List<RewrittenBin> bins;
    private final LiveFiles live;
    private final int formatVersion;

    /** What the last attempt has tried. */
    private List<RewrittenBin> landed = List.of();

    /** Whether no earlier attempt can land any more that tried others. */
    private boolean decided;

    Attempt(List<RewrittenBin> bins, LiveFiles live, int formatVersion) {
      this.bins = List.copyOf(bins);
      this.live = live;
      this.formatVersion = formatVersion;
    }

    @Override
    public @Nullable Rewrite on(TableMetadata base) {
      landed = new ArrayList<>();
      Snapshot head = base.currentSnapshot();
      decided = head != null && base.formatVersion() == formatVersion;
      if (head == null || !decided) {
        return null; // in another format rows are told apart by other means
      }
      live.bringTo(head, base);
      List<DataFile> removed = new ArrayList<>();
      List<DeleteFile> removedDeletes = new ArrayList<>();
      List<DataFile> added = new ArrayList<>();
      List<RowDeletes> deleted = new ArrayList<>();
      for (RewrittenBin bin : bins) {
        Forwarded forwarded = bin.on(live);
        if (forwarded != null) {
          landed.add(bin);
          bin.sources().forEach(source -> removed.add(source.file()));
          removedDeletes.addAll(forwarded.deletes());
          added.addAll(bin.outputs());
          deleted.addAll(forwarded.deleted());
        }
      }
      return removed.isEmpty() ? null : new Rewrite(removed, removedDeletes, added, deleted);
    }
  }
}
