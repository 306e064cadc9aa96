package dev.firn.testkit;

import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.CommitterAccess.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What every snapshot that ever was holds, worked out when it came; kept when it is expired, and
 * with its tokens even if somebody removes the file they lie in.
 */
final class SnapshotHistory {

  /** A change that is no writer's: these files come and go, and heads may be moved at will. */
  record Foreign(Set<String> added, Set<String> removed, boolean movesHeads) {
    static final Foreign METADATA_ONLY = new Foreign(Set.of(), Set.of(), false);
    static final Foreign OPERATOR = new Foreign(Set.of(), Set.of(), true);
  }

  /** Streams that go on behind a rollback, as {@code RollbackPolicy.SKIP} lets them. */
  static final String SKIPPING = "skipper";

  private final SimulatedTable table;
  private final BiConsumer<String, String> violations;
  private final SnapshotReading reading;
  private final SnapshotRules rules;
  private final Map<Long, SnapshotTruth> truths = new HashMap<>();
  private final Map<Long, Map<String, Token>> tokens = new HashMap<>();
  private final Map<String, Long> commitIds = new HashMap<>();
  private final Map<String, Long> addedBy = new HashMap<>();
  private final Map<EventRange.Key, List<EventRange>> everIn = new HashMap<>();

  SnapshotHistory(
      SimulatedTable table, SnapshotReading reading, BiConsumer<String, String> violations) {
    this.table = table;
    this.reading = reading;
    this.violations = violations;
    this.rules = new SnapshotRules(table, violations);
  }

  /** Adds the snapshots that {@code after} has and that were never seen. */
  void add(
      TableMetadata before,
      TableMetadata after,
      @Nullable Foreign foreign,
      Set<String> deniedFiles) {
    for (Snapshot snapshot : after.snapshots()) {
      if (!truths.containsKey(snapshot.snapshotId())) {
        SnapshotTruth truth = truthOf(before, after, snapshot, foreign, deniedFiles);
        truths.put(snapshot.snapshotId(), truth);
        rules.checkContent(truth);
      }
    }
  }

  private SnapshotTruth truthOf(
      TableMetadata before,
      TableMetadata after,
      Snapshot snapshot,
      @Nullable Foreign foreign,
      Set<String> deniedFiles) {
    SnapshotTruth parent = truth(snapshot.parentId());
    List<String> listed = reading.files(after, snapshot);
    Set<String> files = new LinkedHashSet<>(listed);
    if (files.size() < listed.size()) {
      violations.accept("INV-1 EO", "a file is twice in snapshot " + snapshot.snapshotId());
    }
    Set<String> added = new LinkedHashSet<>(files);
    added.removeAll(parent.files());
    Set<String> removed = new LinkedHashSet<>(parent.files());
    removed.removeAll(files);
    added.forEach(file -> addedBy.put(file, snapshot.snapshotId()));
    for (String file : added) {
      if (deniedFiles.contains(file) && foreign == null) {
        violations.accept("DENIED", file + " came in although its writer was told it did not");
      }
      table
          .contents(file)
          .forEach(
              range -> everIn.computeIfAbsent(range.key(), key -> new ArrayList<>()).add(range));
    }
    Map<String, Token> carried = CommitterAccess.tokens(snapshot, table.io());
    if (carried == null) {
      return foreignTruth(snapshot, parent, files, added, removed, foreign);
    }
    tokens.put(snapshot.snapshotId(), carried);
    if (foreign != null || !removed.isEmpty()) {
      violations.accept(
          "FOREIGN", "snapshot " + snapshot.snapshotId() + " carries tokens, but is foreign");
    }
    return firnTruth(before, snapshot, parent, files, added, carried);
  }

  private SnapshotTruth foreignTruth(
      Snapshot snapshot,
      SnapshotTruth parent,
      Set<String> files,
      Set<String> added,
      Set<String> removed,
      @Nullable Foreign change) {
    if (change == null || !added.equals(change.added()) || !removed.equals(change.removed())) {
      violations.accept(
          "FOREIGN", "snapshot " + snapshot.snapshotId() + " is not what its engine did");
    }
    // What left with the removed files and did not come back in the added ones was deleted.
    List<EventRange> deleted = new ArrayList<>(parent.deleted());
    removed.forEach(file -> deleted.addAll(table.contents(file)));
    // A cherry-pick brings events that were rolled back: whoever looks into the table sees them.
    Map<EventRange.Key, Long> positions = new HashMap<>(parent.positions());
    for (String file : added) {
      for (EventRange range : table.contents(file)) {
        deleted.remove(range);
        if (!range.isForeign()) {
          positions.merge(range.key(), range.to(), Math::max);
        }
      }
    }
    return new SnapshotTruth(
        snapshot.snapshotId(), snapshot.parentId(), files, positions, parent.epochs(), deleted);
  }

  private SnapshotTruth firnTruth(
      TableMetadata before,
      Snapshot snapshot,
      SnapshotTruth parent,
      Set<String> files,
      Set<String> added,
      Map<String, Token> carried) {
    long id = snapshot.snapshotId();
    String stream = snapshot.summary().getOrDefault("firn.stream", "?");
    Token own = carried.get(stream);
    if (own == null) {
      violations.accept("TOKEN", "snapshot " + id + " of " + stream + " lacks its own token");
      return parent;
    }
    rules.checkOnlyOf(stream, added);
    checkCarried(before, snapshot, stream, carried);
    checkCommitId(before, snapshot);
    long epoch = parent.epochs().getOrDefault(stream, 0L);
    if (own.epoch() < epoch) {
      violations.accept(
          "INV-4 FENCE", "snapshot " + id + " of epoch " + own.epoch() + " stands on " + epoch);
    }
    rules.checkOwner(snapshot, stream, own, truths);

    Map<EventRange.Key, Long> positions = new HashMap<>(parent.positions());
    List<EventRange> deleted = new ArrayList<>(parent.deleted());
    own.positions()
        .positions()
        .forEach(
            (source, position) -> {
              EventRange.Key key = new EventRange.Key(stream, source);
              Long was = positions.put(key, position.major());
              if (was != null && position.major() < was) {
                violations.accept(
                    "INV-2 MONO", stream + "/" + source + " goes from " + was + " back");
              }
              if (stream.equals(SKIPPING)) {
                skipped(key, was == null ? 0 : was, position.major(), added)
                    .ifPresent(deleted::add);
              }
            });
    Map<String, Long> epochs = new HashMap<>(parent.epochs());
    epochs.put(stream, own.epoch());
    return new SnapshotTruth(id, snapshot.parentId(), files, positions, epochs, deleted);
  }

  /** Of what the token passed, that which the files do not hold: it must have been rolled back. */
  private Optional<EventRange> skipped(EventRange.Key key, long from, long to, Set<String> added) {
    long start = to;
    for (String file : added) {
      for (EventRange range : table.contents(file)) {
        start = range.key().equals(key) ? Math.min(start, range.from()) : start;
      }
    }
    if (start <= from) {
      return Optional.empty();
    }
    for (long event = from; event < start; event++) {
      long one = event;
      if (everIn.getOrDefault(key, List.of()).stream()
          .noneMatch(range -> range.from() <= one && one < range.to())) {
        violations.accept("INV-1 EO", key + " skips " + one + ", which never was in the table");
        break;
      }
    }
    return Optional.of(new EventRange(key.stream(), key.source(), from, start));
  }

  /** INV-8: a commit of one stream leaves the tokens of the others as they are. */
  private void checkCarried(
      TableMetadata before, Snapshot snapshot, String stream, Map<String, Token> carried) {
    Long parentId = snapshot.parentId();
    Snapshot carrier = carrier(before, parentId == null ? null : before.snapshot(parentId));
    Map<String, Token> expected =
        new HashMap<>(carrier == null ? Map.of() : tokens.get(carrier.snapshotId()));
    boolean lost =
        (carrier != null && table.lostTokens(carrier)) || pickedSince(before, parentId, carrier);
    Map<String, Token> others = new HashMap<>(carried);
    others.remove(stream);
    expected.remove(stream);
    // Who cannot read the map drops the others, and so does who stands on copies of their rows;
    // none of them may begin anew for that.
    if (lost ? !expected.entrySet().containsAll(others.entrySet()) : !expected.equals(others)) {
      violations.accept(
          "INV-8 CARRY",
          "snapshot " + snapshot.snapshotId() + " of " + stream + " changes other streams' tokens");
    }
  }

  private static boolean pickedSince(
      TableMetadata metadata, @Nullable Long from, @Nullable Snapshot carrier) {
    for (Snapshot at = from == null ? null : metadata.snapshot(from);
        at != null && !at.equals(carrier);
        at = at.parentId() == null ? null : metadata.snapshot(at.parentId())) {
      if (at.summary().containsKey("source-snapshot-id")) {
        return true;
      }
    }
    return false;
  }

  private void checkCommitId(TableMetadata before, Snapshot snapshot) {
    long id = snapshot.snapshotId();
    Long other = commitIds.putIfAbsent(snapshot.summary().get("firn.commit-id"), id);
    // One that is expired misleads nobody: a commit that was rolled back with it may come again.
    if (other != null && other != id && before.snapshot(other) != null) {
      violations.accept(
          "INV-6 CID", "snapshots " + other + " and " + id + " are of the same commit");
    }
  }

  /** The nearest retained snapshot that carries tokens, from {@code start} on back. */
  @Nullable Snapshot carrier(TableMetadata metadata, @Nullable Snapshot start) {
    Snapshot at = start;
    while (at != null && !tokens.containsKey(at.snapshotId())) {
      at = at.parentId() == null ? null : metadata.snapshot(at.parentId());
    }
    return at;
  }

  SnapshotTruth truth(@Nullable Long snapshotId) {
    return snapshotId == null
        ? SnapshotTruth.EMPTY
        : truths.getOrDefault(snapshotId, SnapshotTruth.EMPTY);
  }

  boolean isAncestor(long ancestor, long snapshotId) {
    for (SnapshotTruth at = truths.get(snapshotId); at != null; at = truths.get(at.parentId())) {
      if (at.snapshotId() == ancestor) {
        return true;
      }
    }
    return false;
  }

  /** The snapshot that a file came in with; null if it never did. */
  @Nullable Long addedBy(String file) {
    return addedBy.get(file);
  }
}
