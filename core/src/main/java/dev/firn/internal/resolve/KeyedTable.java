package dev.firn.internal.resolve;

import dev.firn.api.RowLineage;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.encode.FileNames;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyClass;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.MemoryIndex;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.keys.RowNumbers;
import dev.firn.internal.keys.Segments;
import dev.firn.internal.keys.TableKey;
import dev.firn.internal.keys.TableOrder;
import dev.firn.internal.keys.TieredIndex;
import dev.firn.internal.keys.Tombstones;
import dev.firn.internal.stage.ReplacedRows;
import dev.firn.internal.stage.Replacements;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.stage.StagedFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableUtil;
import org.jspecify.annotations.Nullable;

/**
 * A table by key: which row each key has, at one snapshot of one branch.
 *
 * <p><strong>Before a commit</strong> the keys are brought to the snapshot that the commit is tried
 * on, by what is different in it, whoever made the difference ({@link IndexedFiles}); then the keys
 * of the commit are looked up, and what is found are the rows that they take the place of. Nothing
 * is noted yet: a commit that fails leaves no trace here. <strong>When it has landed</strong> on
 * that very snapshot, its own keys are put in; had it landed on another, its files would be read
 * like anybody's.
 *
 * <p>With a directory in the options the index spills to it, and is kept there for the next writer
 * ({@link KeptIndex}).
 *
 * <p>Any thread; whatever touches the index takes its turn.
 */
public final class KeyedTable implements Replacements, AutoCloseable {

  /**
   * What a commit replaces.
   *
   * @param head the snapshot of which this is true; null for an empty table
   */
  private record Resolved(
      @Nullable Long head, List<UUID> stages, StagedKeys keys, ReplacedRows replaced) {}

  private static final int FIRST_WITH_ROW_IDS = 3;

  /** A crash costs the reading of what was written since, at most. */
  private static final Duration KEPT_EVERY = Duration.ofMinutes(10);

  private final TableKey key;
  private final KeySecret secret;
  private final WriterOptions options;
  private final IndexedFiles indexed;
  private final @Nullable KeptIndex kept;
  private final Map<UUID, StagedKeys> expected = new ConcurrentHashMap<>();
  private @Nullable Resolved resolved;
  private long keptAtMillis;
  private boolean closed;

  private KeyedTable(
      TableKey key,
      KeySecret secret,
      WriterOptions options,
      IndexedFiles indexed,
      @Nullable KeptIndex kept) {
    this.key = key;
    this.secret = secret;
    this.options = options;
    this.indexed = indexed;
    this.kept = kept;
    this.keptAtMillis = options.clock().millis();
  }

  /**
   * The table by the key that {@code options} name; {@link #open} then reads it.
   *
   * @param executor who helps to read many files
   * @throws UnsupportedTableException if the table has no such key, or rows without ids that are to
   *     be preserved
   * @throws dev.firn.api.error.StorageException if the directory for the index cannot be had
   */
  public static KeyedTable of(Table table, WriterOptions options, Executor executor) {
    return of(table, options, executor, new KeyedParts());
  }

  static KeyedTable of(Table table, WriterOptions options, Executor executor, KeyedParts parts) {
    TableKey key =
        TableKey.of(table.schema(), options.key().orElse(List.of()), options.nullsInKey());
    KeyClass keyClass = key.in(table.schema()).keyClass();
    TableOrder order =
        options
            .orderColumn()
            .map(column -> TableOrder.of(table.schema(), column, key))
            .orElse(null);
    long ofIds =
        options.rowLineage() == RowLineage.PRESERVE ? options.indexMemoryLimitBytes() / 4 : 0;
    // An index that spills has a plan for all its memory, so versions get a half of their own.
    boolean halved = order != null && options.indexDirectory().isPresent();
    long limit = (options.indexMemoryLimitBytes() - ofIds) / (halved ? 2 : 1);
    IndexMemory memory = parts.memory(limit);
    IndexMemory ofVersions = halved ? new IndexBudget(limit) : memory;
    KeyVersions versions =
        order == null
            ? null
            : parts.versions(
                order,
                new RowNumbers("The values of the order column", ofVersions),
                new Tombstones(keyClass, ofVersions));
    KeptIndex kept =
        options
            .indexDirectory()
            .map(
                path ->
                    KeptIndex.open(
                        path,
                        new KeptIndex.Identity(
                            table.uuid().toString(),
                            options.branch(),
                            key.fingerprint(),
                            order == null ? KeptIndex.UNORDERED : order.id())))
            .orElse(null);
    KeySecret secret = kept == null ? KeySecret.random() : kept.secret();
    KeyIndex index =
        parts.index(
            kept == null
                ? new MemoryIndex(keyClass, memory)
                : new TieredIndex(keyClass, memory, kept.directory()));
    FileReading reading =
        new FileReading(key, secret, table.io(), executor, options.listener()::indexProgress);
    Lineage lineage = ofIds == 0 ? null : lineage(table, options, ofIds, reading, parts);
    return new KeyedTable(
        key, secret, options, parts.files(index, reading, versions, lineage), kept);
  }

  private static Lineage lineage(
      Table table, WriterOptions options, long memoryBytes, FileReading reading, KeyedParts parts) {
    int format = TableUtil.formatVersion(table);
    if (format < FIRST_WITH_ROW_IDS) {
      throw new UnsupportedTableException(
          "Table "
              + table.name()
              + " is of format version "
              + format
              + ", and rows have ids from version "
              + FIRST_WITH_ROW_IDS
              + " on, so there is none to preserve. Upgrade the table, or use RowLineage.NEW.",
          table.name(),
          null);
    }
    RowNumbers said =
        new RowNumbers(
            "The ids of rows in the files that a commit changes", new IndexBudget(memoryBytes));
    return parts.lineage(new RowIds(said, reading), reading, new FileNames(options.streamId()));
  }

  /** How keys are kept. */
  public KeyClass keyClass() {
    return indexed.index().keyClass();
  }

  /** The key, by which all rows of this stream are told apart. */
  public TableKey key() {
    return key;
  }

  /**
   * The order column, by which of two changes of a key the newer is told; null if there is none.
   */
  public @Nullable TableOrder order() {
    KeyVersions versions = indexed.versions();
    return versions == null ? null : versions.order();
  }

  /** What keys are hashed with. */
  public KeySecret secret() {
    return secret;
  }

  /**
   * Reads what the table holds, so that the first commit need not.
   *
   * @throws StorageException if it cannot be read
   */
  public synchronized void open(TableMetadata base) {
    if (kept != null) {
      Segments segments = kept.restoreTo(indexed.index(), indexed.versions());
      if (segments != null) {
        indexed.restore(segments);
      }
    }
    try {
      indexed.bringTo(head(base), base);
    } catch (FirnException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StorageException(
          "The keys of the table cannot be read: "
              + e.getMessage()
              + ". Open the writer again when the storage is well.",
          base.location(),
          e);
    }
  }

  /** These keys will be asked for by the id of their stage, soon. */
  public void expect(UUID stage, StagedKeys keys) {
    expected.put(stage, keys);
  }

  /** The stage will not be committed. Harmless if it is not expected. */
  public void forget(UUID stage) {
    StagedKeys keys = expected.remove(stage);
    if (keys != null) {
      keys.release().run();
    }
  }

  /** Where a commit starts from: a branch that is not there yet begins at main. */
  private @Nullable Snapshot head(TableMetadata base) {
    SnapshotRef ref = base.ref(options.branch());
    return ref == null ? base.currentSnapshot() : base.snapshot(ref.snapshotId());
  }

  @Override
  public synchronized ReplacedRows on(TableMetadata base, List<StagedFiles> staged) {
    if (closed) {
      throw new IllegalStateException("the keys of stream " + options.streamId() + " are closed");
    }
    Snapshot head = head(base);
    List<UUID> stages = staged.stream().map(StagedFiles::stageId).toList();
    Resolved known = resolved;
    if (known == null
        || !known.stages.equals(stages)
        || !Objects.equals(known.head, head == null ? null : head.snapshotId())) {
      resolved = null;
      indexed.bringTo(head, base);
      known =
          resolve(base, head, stages, StagedKeysMerge.of(keysOf(stages), key.in(base.schema())));
      resolved = known;
    }
    return known.replaced;
  }

  private List<StagedKeys> keysOf(List<UUID> stages) {
    List<StagedKeys> keys = new ArrayList<>();
    for (UUID stage : stages) {
      StagedKeys each = expected.get(stage);
      if (each == null) {
        throw new IllegalStateException("the keys of stage " + stage + " are not known here");
      }
      keys.add(each);
    }
    return keys;
  }

  private Resolved resolve(
      TableMetadata base, @Nullable Snapshot head, List<UUID> stages, StagedKeys staged) {
    KeyBatch keys = staged.keys();
    KeyIndex index = indexed.index();
    // Now, and not when it has landed: then it could not be refused any more.
    ByShards.run(keys, indexed.helpers(), (from, to) -> index.ensureRoom(keys, from, to));
    Locations found = new Locations();
    found.begin(keys);
    ByShards.run(keys, indexed.helpers(), (from, to) -> index.locate(keys, from, to, found));
    BitSet late = new BitSet();
    KeyVersions versions = indexed.versions();
    if (versions != null) {
      versions.ensureRoom(staged);
      late = versions.late(staged, found, indexed.files());
    }
    FoundRows live = new FoundRows();
    long[] replaced = new long[keys.size()];
    for (int i = 0; i < replaced.length; i++) {
      replaced[i] = late.get(i) ? RowLocation.NONE : gather(found.byKey()[i], live);
    }
    for (int i = 0; i < found.otherCount(); i++) {
      int other = found.otherKey(i);
      long location = late.get(other) ? RowLocation.NONE : gather(found.other(i), live);
      replaced[other] = replaced[other] == RowLocation.NONE ? location : replaced[other];
    }
    long missed = 0;
    for (int i = 0; i < replaced.length; i++) {
      boolean nothing = replaced[i] == RowLocation.NONE && !late.get(i); // late ones find something
      missed += nothing && staged.locations()[i] == RowLocation.NONE ? 1 : 0;
    }
    Lineage lineage = indexed.lineage();
    Map<String, DataFile> standIns =
        lineage == null || staged.truncates()
            ? Map.of()
            : lineage.preserve(staged, late, replaced, indexed.files(), base);
    StagedKeys lasting = staged.without(late).with(standIns);
    List<RowDeletes> deletes = new ArrayList<>();
    if (staged.truncates()) {
      deletes.addAll(indexed.files().deletesOfAll());
    } else {
      live.bySegment()
          .forEach((segment, rows) -> deletes.add(indexed.files().deletes(segment, rows)));
    }
    for (int i = 0; i < lasting.files().size(); i++) {
      DataFile file = lasting.files().get(i);
      DeletedRows rows = lasting.superseded().get(i);
      if (file != null && rows != null && !rows.isEmpty()) {
        deletes.add(new RowDeletes(file, rows, rows, List.<DeleteFile>of()));
      }
    }
    return new Resolved(
        head == null ? null : head.snapshotId(),
        stages,
        lasting,
        new ReplacedRows(deletes, missed, lasting.late(), standIns));
  }

  /** The location, if a row lives there. */
  private long gather(long location, FoundRows live) {
    if (!indexed.files().isLive(location)) {
      return RowLocation.NONE;
    }
    live.add(location);
    return location;
  }

  @Override
  public synchronized void landed(@Nullable Snapshot snapshot, List<StagedFiles> staged) {
    List<UUID> stages = staged.stream().map(StagedFiles::stageId).toList();
    Resolved done = resolved;
    resolved = null;
    if (snapshot != null
        && done != null
        && done.stages.equals(stages)
        && Objects.equals(done.head, snapshot.parentId())) {
      indexed.install(snapshot, done.keys, done.replaced.deletes());
    } else {
      indexed.notInstalled();
    }
    stages.forEach(this::forget);
    long now = options.clock().millis();
    if (!closed && now - keptAtMillis >= KEPT_EVERY.toMillis()) {
      keptAtMillis = now;
      keep();
    }
  }

  private void keep() {
    if (kept != null && indexed.isWhole() && indexed.index() instanceof TieredIndex index) {
      kept.write(
          index, indexed.files().segments(), indexed.versions(), indexed.files().snapshotId());
    }
  }

  /** Keeps the index for the next writer, if there is a directory for it. Harmless twice. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      keep();
      indexed.close();
      if (kept != null) {
        kept.close();
      }
    }
  }
}
