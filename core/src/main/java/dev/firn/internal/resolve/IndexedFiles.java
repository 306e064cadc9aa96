package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.keys.Segments;
import dev.firn.internal.stage.RowDeletes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table's files and the index of their keys, always of the same snapshot.
 *
 * <p>An entry of the index says that a row of a file has a key, which stays true as long as the
 * file exists. So a file that leaves the table, or a row that somebody deletes, costs nothing here:
 * the entry is dead, and counted as garbage. Only what appears is read: new files, and files in
 * which deleted rows have come back. Those get a new segment, for their entries may be garbage or
 * gone.
 *
 * <p><strong>The check.</strong> Entries without the garbage are as many as rows that live, before
 * every commit. If not, an entry is lost or one too many, and the next commit would double a row or
 * lose one: so everything is read anew.
 *
 * <p>One thread at a time. Not final: see {@link KeyedParts}.
 */
class IndexedFiles {

  private static final Logger LOG = LoggerFactory.getLogger(IndexedFiles.class);

  /** Garbage that is swept only when it is this part of the index: a sweep visits all entries. */
  private static final int GARBAGE_PART = 4;

  /** Below it a sweep is not worth while. */
  private static final long LEAST_GARBAGE = 10_000;

  /** Of a file that is not in the table; no row may be there. */
  private static final int NO_SEGMENT = -1;

  private final KeyIndex index;
  private final FileReading reading;

  /** How new rows and deletes are; null without an order column. */
  private final @Nullable KeyVersions versions;

  /** What ids rows have; null where rows that come have new ones. */
  private final @Nullable Lineage lineage;

  private TableFiles files = new TableFiles();
  private @Nullable TableMetadata metadata;

  /** Entries of the index that are dead. */
  private long garbage;

  /** Whether files and index may not be of one snapshot, after a failure. */
  private boolean torn;

  /** Whether all this is of another life, and no snapshot has been looked at since. */
  private boolean restored;

  /** Whether this stream may have truncated the table since that other life. */
  private boolean truncatedPerhaps;

  IndexedFiles(
      KeyIndex index,
      FileReading reading,
      @Nullable KeyVersions versions,
      @Nullable Lineage lineage) {
    this.index = index;
    this.reading = reading;
    this.versions = versions;
    this.lineage = lineage;
  }

  KeyIndex index() {
    return index;
  }

  TableFiles files() {
    return files;
  }

  Executor helpers() {
    return reading.helpers();
  }

  @Nullable KeyVersions versions() {
    return versions;
  }

  @Nullable Lineage lineage() {
    return lineage;
  }

  /** Begins with what another life has known; before anything else. */
  void restore(Segments segments) {
    files = new TableFiles(segments);
    garbage = index.entries() - segments.liveRows();
    restored = true;
  }

  /** Whether files and index are of one snapshot, so that they can be kept for another life. */
  boolean isWhole() {
    return !torn && isSound() && files.restored().isEmpty();
  }

  /**
   * Makes this the state of {@code snapshot}.
   *
   * @throws dev.firn.api.error.FirnException if it cannot be told what the table holds
   * @throws RuntimeException of Iceberg's if it cannot be read
   */
  void bringTo(@Nullable Snapshot snapshot, TableMetadata base) {
    if (torn) {
      forgetAll();
    }
    metadata = base;
    if (versions != null) {
      followHistory(versions, snapshot, base);
    }
    if (!isAt(snapshot)) {
      apply(diffTo(snapshot, base), base, Own.NONE);
    }
    if (!isSound()) {
      LOG.error(
          "The index has {} keys for {} rows of the table: it is built anew",
          index.entries() - garbage,
          files.segments().liveRows());
      forgetAll();
      apply(diffTo(snapshot, base), base, Own.NONE);
      requireSound();
    }
  }

  private void followHistory(KeyVersions known, @Nullable Snapshot snapshot, TableMetadata base) {
    truncatedPerhaps |= restored && !known.isOf(snapshot);
    restored = false;
    known.follow(snapshot, base);
  }

  private SnapshotDiff diffTo(@Nullable Snapshot snapshot, TableMetadata base) {
    SnapshotDiff diff = SnapshotDiff.between(files, snapshot, base, reading.io());
    diff.requireByPosition();
    return diff;
  }

  private boolean isAt(@Nullable Snapshot snapshot) {
    return snapshot != null && Objects.equals(files.snapshotId(), snapshot.snapshotId());
  }

  /** What a commit of this very stream has put into the table, so that it need not be read. */
  private record Own(@Nullable StagedKeys keys, Map<String, DeletedRows> deleted) {
    static final Own NONE = new Own(null, Map.of());

    boolean has(String path) {
      return keys != null
          && keys.files().stream().anyMatch(f -> f != null && f.location().equals(path));
    }
  }

  /**
   * The snapshot that a commit has made of the one this is the state of. Does not throw: what
   * cannot be put in is read by the next {@link #bringTo}.
   */
  @SuppressWarnings("CatchingUnchecked")
  void install(Snapshot snapshot, StagedKeys keys, List<RowDeletes> deletes) {
    Map<String, DeletedRows> deleted = new HashMap<>();
    deletes.forEach(each -> deleted.put(each.file().location(), each.all()));
    try {
      TableMetadata base = Objects.requireNonNull(metadata);
      apply(diffTo(snapshot, base), base, new Own(keys, deleted));
      if (versions != null) {
        versions.putDeletes(keys, snapshot);
      }
    } catch (RuntimeException e) {
      notInstalled();
      LOG.warn("What a commit has changed is read again for the next: {}", e.toString());
    }
  }

  /** A commit has landed, and what it did is learned from the table alone. */
  void notInstalled() {
    if (lineage != null) {
      lineage.forgetCommit();
    }
    if (versions != null) {
      versions.forgetDeletes("it is not known what the last commit has changed");
    }
  }

  private void apply(SnapshotDiff diff, TableMetadata base, Own own) {
    Map<String, DeletedRows> deleted = reading.deletedRows(diff, files, own.deleted());
    torn = true;
    if (versions != null && truncatedPerhaps && diff.gone().containsAll(files.restored())) {
      versions.forgetDeletes("of the files that were in the table then all are gone");
    }
    truncatedPerhaps = false;
    List<String> appeared = new ArrayList<>(diff.appeared().keySet());
    diff.gone().forEach(this::retire);
    deleted.forEach(
        (path, rows) -> {
          if (files.has(path) && !deletedMore(path, rows)) {
            retire(path);
            appeared.add(path);
          }
        });
    diff.applyTo(files);
    Map<String, Integer> ofOwn = new HashMap<>();
    List<KeyLoad.Source> toRead = new ArrayList<>();
    Segments segments = files.segments();
    for (String path : appeared) {
      DataFile file = Objects.requireNonNull(files.dataFile(path));
      int segment = segments.add(path, file.recordCount());
      DeletedRows rows = deleted.get(path);
      if (rows != null) {
        segments.deletedRows(segment, rows);
      }
      if (own.has(path)) {
        ofOwn.put(path, segment);
      } else {
        toRead.add(new KeyLoad.Source(file, segment, rows));
      }
    }
    garbage -= reading.load(toRead, index, versions, files, base);
    if (own.keys() != null) {
      put(own.keys(), ofOwn);
      if (versions != null) {
        versions.putRows(own.keys(), ofOwn);
      }
      if (lineage != null) {
        lineage.landed(ofOwn);
      }
    }
    torn = false;
    sweepIfDue();
  }

  private void retire(String path) {
    int segment = files.segments().segment(path);
    garbage += files.segments().rows(segment) - files.segments().deadRows(segment);
    files.segments().retire(segment);
    if (versions != null) {
      versions.rows().drop(segment);
    }
    if (lineage != null) {
      lineage.drop(segment);
    }
  }

  /** Takes note of the rows of a file that are deleted now; false if some have come back. */
  private boolean deletedMore(String path, DeletedRows rows) {
    int segment = files.segments().segment(path);
    DeletedRows before = files.segments().deletedRows(segment);
    if (before != null && !before.without(rows).isEmpty()) {
      return false;
    }
    garbage += rows.count() - files.segments().deadRows(segment);
    files.segments().deletedRows(segment, rows);
    return true;
  }

  private void put(StagedKeys staged, Map<String, Integer> segments) {
    KeyBatch keys = staged.keys();
    int[] byNumber = new int[staged.files().size()];
    for (int number = 0; number < byNumber.length; number++) {
      DataFile file = staged.files().get(number);
      byNumber[number] =
          file == null ? NO_SEGMENT : segments.getOrDefault(file.location(), NO_SEGMENT);
    }
    long[] locations = new long[keys.size()];
    for (int i = 0; i < locations.length; i++) {
      long place = staged.locations()[i];
      locations[i] =
          place == RowLocation.NONE
              ? place
              : RowLocation.of(byNumber[RowLocation.segment(place)], RowLocation.position(place));
    }
    Locations earlier = new Locations();
    earlier.begin(keys);
    ByShards.run(keys, helpers(), (from, to) -> index.put(keys, locations, from, to, earlier));
    countDisplaced(keys, locations, earlier, true);
    KeyBatch gone = keys.withoutLocation(locations);
    if (gone.size() > 0) {
      earlier.begin(gone);
      ByShards.run(gone, helpers(), (from, to) -> index.remove(gone, from, to, earlier));
      countDisplaced(gone, locations, earlier, false);
    }
  }

  /** Whatever was there before the commit is dead now, for the commit has deleted it. */
  private void countDisplaced(KeyBatch keys, long[] locations, Locations earlier, boolean put) {
    for (int i = 0; i < keys.size(); i++) {
      boolean asked = !put || locations[i] != RowLocation.NONE;
      garbage -= asked && earlier.byKey()[i] != RowLocation.NONE ? 1 : 0;
    }
    garbage -= earlier.otherCount();
  }

  private void sweepIfDue() {
    if (garbage > LEAST_GARBAGE && garbage > index.entries() / GARBAGE_PART) {
      index.sweep(0, KeyIndex.SHARDS, files);
      garbage = 0;
    }
  }

  /** The check. */
  boolean isSound() {
    return index.entries() - garbage == files.segments().liveRows();
  }

  /** Gives back what this holds. Harmless twice. */
  void close() {
    index.close();
    if (versions != null) {
      versions.clear();
    }
    if (lineage != null) {
      lineage.clear();
    }
  }

  private void requireSound() {
    if (!isSound()) {
      torn = true;
      throw new IllegalStateException(
          "A new index has "
              + (index.entries() - garbage)
              + " keys for "
              + files.segments().liveRows()
              + " rows of the table");
    }
  }

  private void forgetAll() {
    index.clear();
    if (versions != null) {
      versions.forgetRows();
    }
    if (lineage != null) {
      lineage.forgetRows();
    }
    files = new TableFiles();
    garbage = 0;
    torn = false;
    restored = false;
    truncatedPerhaps = false;
  }
}
