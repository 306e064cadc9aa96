package dev.firn.testkit;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.CommitterAccess.Token;
import dev.firn.testkit.KeyedEvents.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Knows what every snapshot must hold. Of another engine's that is what Iceberg's reader finds in
 * it when it lands; of Firn's it is the events between the token of its parent and its own, one
 * after the other, on top of what its parent holds. Then looks whether that is what is there.
 * Violations are collected, never thrown: the code under test would catch them.
 */
final class UpsertOracle implements MemoryCatalog.Watcher {

  private final UpsertedTable table;
  private final BiFunction<EventRange.Key, Long, List<Change>> log;
  private final Consumer<String> trace;
  private final KeyedReader reader;
  private final SnapshotReading reading;
  private final UpsertRules rules;
  private final Map<Long, UpsertTruth> truths = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private boolean foreign;

  /**
   * @param log the changes of an event of a source
   * @param without the safety that is missing, whose harm is to be seen and not that it is missing
   */
  UpsertOracle(
      UpsertedTable table,
      BiFunction<EventRange.Key, Long, List<Change>> log,
      @Nullable UpsertSafety without,
      Consumer<String> trace) {
    this.table = table;
    this.log = log;
    this.trace = trace;
    this.reader = new KeyedReader(table.shape(), table.io());
    this.reading = new SnapshotReading(table.io(), Set.of());
    this.rules =
        new UpsertRules(reading, reader, without != UpsertSafety.SINGLE_VECTOR, this::violation);
  }

  List<String> violations() {
    return violations;
  }

  void violation(String invariant, String what) {
    violations.add(invariant + ": " + what);
  }

  /** Runs another engine's change. */
  void foreign(Runnable work) {
    foreign = true;
    try {
      work.run();
    } catch (RuntimeException e) {
      violation("FOREIGN", "another engine cannot work on the table: " + e);
    } finally {
      foreign = false;
    }
  }

  @Override
  public void applied(TableIdentifier name, TableMetadata before, TableMetadata after) {
    try {
      for (Snapshot snapshot : after.snapshots()) {
        if (!truths.containsKey(snapshot.snapshotId())) {
          add(after, snapshot);
        }
      }
    } catch (RuntimeException e) {
      violation("READABLE", "the new metadata cannot be read: " + e);
    }
  }

  private void add(TableMetadata metadata, Snapshot snapshot) {
    UpsertTruth parent = truth(snapshot.parentId());
    Map<String, Token> tokens = CommitterAccess.tokens(snapshot, table.io());
    UpsertTruth truth;
    if (CommitterAccess.isUpkeep(snapshot)) {
      truth =
          new UpsertTruth(snapshot.parentId(), parent.positions(), parent.content(), 0, 0, 0, 0);
      rules.checkCommit(metadata, snapshot);
      checkSameRowIds(metadata, snapshot);
    } else if (tokens == null) {
      if (!foreign) {
        violation("TOKEN", "a snapshot of Firn's has no tokens");
      }
      List<KeyedRow> rows = reader.rows(table.plain(), snapshot.snapshotId());
      truth =
          new UpsertTruth(
              snapshot.parentId(), parent.positions(), KeyedContent.of(rows), 0, 0, 0, 0);
    } else {
      truth = after(metadata, parent, snapshot, tokens);
      rules.checkCommit(metadata, snapshot);
    }
    truths.put(snapshot.snapshotId(), truth);
    rules.checkCount(metadata, snapshot, truth.content());
    trace.accept(
        "    * "
            + snapshot.operation()
            + " "
            + (tokens == null ? "by others" : truth.positions())
            + ": "
            + truth.content().size()
            + " rows");
  }

  /** The events of the committing stream, in order, on top of the parent. */
  private UpsertTruth after(
      TableMetadata metadata, UpsertTruth parent, Snapshot snapshot, Map<String, Token> tokens) {
    String stream = Objects.requireNonNull(snapshot.summary().get("firn.stream"));
    Map<EventRange.Key, Long> positions = new LinkedHashMap<>(parent.positions());
    List<Change> changes = new ArrayList<>();
    Token token = Objects.requireNonNull(tokens.get(stream));
    for (Map.Entry<String, Position> to : token.positions().positions().entrySet()) {
      EventRange.Key key = new EventRange.Key(stream, to.getKey());
      long from = positions.getOrDefault(key, 0L);
      long end = to.getValue().major();
      if (end < from) {
        violation("TOKEN", key + " went back from " + from + " to " + end);
      }
      for (long event = from; event < end; event++) {
        changes.addAll(log.apply(key, event));
      }
      positions.put(key, end);
    }
    KeyedContent before = parent.content();
    int from = lastTruncation(changes) + 1;
    List<Change> counting = changes.subList(from, changes.size());
    if (table.isPreserving()) {
      checkRowIds(metadata, snapshot, from > 0);
    }
    Map<Integer, Change> winners = new TreeMap<>();
    long late = winners(counting, from > 0 ? KeyedContent.EMPTY : before, winners);
    return new UpsertTruth(
        snapshot.parentId(),
        positions,
        table.shape().isOrdered()
            ? (from > 0 ? KeyedContent.EMPTY : before).after(List.copyOf(winners.values()))
            : before.after(changes),
        winners.values().stream().filter(change -> !change.isRemoval()).count(),
        from > 0 ? before.size() : winners.keySet().stream().mapToLong(before::count).sum(),
        winners.values().stream()
            .filter(change -> change.isRemoval() && before.count(change.row().key()) == 0)
            .count(),
        late);
  }

  /**
   * Finds the change of each key that counts: the last one; with an order column the newest, if the
   * table has nothing newer.
   *
   * @return how many changes came after newer ones
   */
  private long winners(List<Change> changes, KeyedContent before, Map<Integer, Change> winners) {
    if (!table.shape().isOrdered()) {
      changes.forEach(change -> winners.put(change.row().key(), change));
      return 0;
    }
    long late = 0;
    for (Change change : changes) {
      Change newest = winners.get(change.row().key());
      if (newest == null || change.version() >= newest.version()) {
        winners.put(change.row().key(), change);
      } else {
        late++;
      }
    }
    int all = winners.size();
    winners.values().removeIf(change -> change.version() < before.newest(change.row().key()));
    return late + all - winners.size();
  }

  /** Rows that have moved are the same ones, if the table has ids for them. */
  private void checkSameRowIds(TableMetadata metadata, Snapshot snapshot) {
    Snapshot parent = metadata.snapshot(snapshot.parentId());
    if (parent != null && parent.firstRowId() != null) {
      Map<Integer, List<@Nullable Long>> before = reader.rowIds(table.plain(), parent.snapshotId());
      Map<Integer, List<@Nullable Long>> now = reader.rowIds(table.plain(), snapshot.snapshotId());
      now.forEach(
          (key, ids) -> {
            List<@Nullable Long> had = before.getOrDefault(key, new ArrayList<>());
            boolean all = had.contains(null) || new HashSet<>(had).equals(new HashSet<>(ids));
            if (!all) {
              violation("ROWID", "key " + key + " was moved, had " + had + " and has " + ids);
            }
          });
    }
  }

  /** No two rows have one id, and the row of a key that was there has the id that it had. */
  private void checkRowIds(TableMetadata metadata, Snapshot snapshot, boolean truncated) {
    Map<Integer, List<@Nullable Long>> ids = reader.rowIds(table.plain(), snapshot.snapshotId());
    Set<Long> all = new HashSet<>();
    for (List<@Nullable Long> each : ids.values()) {
      for (Long id : each) {
        if (id == null || !all.add(id)) {
          violation("ROWID", "a row has the id " + id + ", which others have too, or none");
        }
      }
    }
    Long parent = snapshot.parentId();
    if (parent == null || metadata.snapshot(parent) == null) {
      return;
    }
    Map<Integer, List<@Nullable Long>> before = reader.rowIds(table.plain(), parent);
    Set<Long> allBefore = new HashSet<>();
    before.values().forEach(allBefore::addAll);
    ids.forEach(
        (key, now) -> {
          List<@Nullable Long> had = before.get(key);
          boolean keeps =
              had == null || truncated
                  ? Collections.disjoint(now, allBefore)
                  : had.contains(null) || had.containsAll(now);
          if (!keeps) {
            violation("ROWID", "key " + key + " had " + had + " and has " + now);
          }
        });
  }

  /** Its place; -1 if there is none. */
  private static int lastTruncation(List<Change> changes) {
    for (int i = changes.size() - 1; i >= 0; i--) {
      if (changes.get(i).isTruncation()) {
        return i;
      }
    }
    return -1;
  }

  private UpsertTruth truth(@Nullable Long snapshotId) {
    return snapshotId == null
        ? UpsertTruth.EMPTY
        : truths.getOrDefault(snapshotId, UpsertTruth.EMPTY);
  }

  /** What the head of a branch must hold; of main if there is no such branch yet. */
  UpsertTruth head(String branch) {
    TableMetadata metadata = table.metadata();
    SnapshotRef ref = metadata.ref(branch);
    Snapshot head = ref == null ? metadata.currentSnapshot() : metadata.snapshot(ref.snapshotId());
    return truth(head == null ? null : head.snapshotId());
  }

  /** A writer was told that its rows are visible, and what became of others. */
  void acknowledged(String stream, CommitResult result) {
    if (result.outcome() != CommitResult.Outcome.COMMITTED || result.snapshotId().isEmpty()) {
      return;
    }
    UpsertTruth truth = truths.get(result.snapshotId().getAsLong());
    if (truth == null || !result.token().isCoveredBy(truth.token(stream))) {
      violation("ACK", stream + " was told " + result + ", but the snapshot has no such token");
    } else if (result.rows() != truth.written()
        || result.replaced().rows() != truth.replaced()
        || result.replaced().missedDeletes() != truth.missedDeletes()
        || result.replaced().lateChanges() != truth.lateChanges()) {
      violation(
          "RESULT",
          stream
              + " was told "
              + result
              + ", but "
              + truth.written()
              + " rows were written, "
              + truth.replaced()
              + " replaced, "
              + truth.missedDeletes()
              + " missed, and "
              + truth.lateChanges()
              + " late");
    }
  }

  /** A stream resumes where the table is, or was while it opened. */
  void opened(String stream, CommitToken token) {
    if (!token.isNone()
        && truths.values().stream().noneMatch(truth -> truth.token(stream).equals(token))) {
      violation("ROLL", stream + " resumes at " + token + ", where the table never was");
    }
  }

  /** Everything a reader of a retained snapshot needs is there. */
  void checkReadable() {
    Set<String> missing = new TreeSet<>(reading.missing(table.metadata()));
    if (!missing.isEmpty()) {
      violation("NODEL", "readers need, but do not find " + missing);
    }
  }

  /** Cell by cell: the heads, and now and then an older snapshot. */
  void checkCells(Random random) {
    TableMetadata metadata = table.metadata();
    Set<Long> snapshots = new TreeSet<>();
    metadata.refs().values().forEach(ref -> snapshots.add(ref.snapshotId()));
    List<Snapshot> retained = metadata.snapshots();
    if (!retained.isEmpty() && random.nextInt(3) == 0) {
      snapshots.add(retained.get(random.nextInt(retained.size())).snapshotId());
    }
    snapshots.forEach(this::checkCells);
  }

  private void checkCells(long snapshotId) {
    try {
      KeyedContent found = KeyedContent.of(reader.rows(table.plain(), snapshotId));
      Map<Integer, String> differences = truth(snapshotId).content().differences(found);
      if (!differences.isEmpty()) {
        violation("CELLS", "by number of key, " + differences);
      }
    } catch (RuntimeException e) {
      violation("READABLE", "a snapshot cannot be read: " + e);
    }
  }
}
