package dev.firn.testkit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.CommitterAccess.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Knows what must be true of the table, from the outside: it sees every applied commit, reads the
 * manifests, and compares with the events that the files stand for. The names of the invariants are
 * those of the protocol's design. Violations are collected, never thrown: the code under test would
 * catch them.
 */
final class CommitOracle implements MemoryCatalog.Watcher {

  private final SimulatedTable table;
  private final Consumer<String> trace;
  private final SnapshotReading reading;
  private final SnapshotRules rules;
  private final Map<Long, SnapshotTruth> truths = new HashMap<>();
  private final Map<String, Long> commitIds = new HashMap<>();
  private final Map<String, List<Long>> heads = new HashMap<>();
  private final Map<String, Long> addedBy = new HashMap<>();
  private final Set<String> denied = new HashSet<>();
  private final List<String> violations = new ArrayList<>();

  /** What a foreign engine says it is doing; null while none works. */
  private @Nullable Foreign foreign;

  /** A change that is no writer's: these files come and go, and heads may be moved at will. */
  record Foreign(Set<String> added, Set<String> removed, boolean movesHeads) {
    static final Foreign METADATA_ONLY = new Foreign(Set.of(), Set.of(), false);
    static final Foreign OPERATOR = new Foreign(Set.of(), Set.of(), true);
  }

  CommitOracle(SimulatedTable table, Consumer<String> trace) {
    this.table = table;
    this.trace = trace;
    this.reading = new SnapshotReading(table.io());
    this.rules = new SnapshotRules(table, this::violation);
  }

  List<String> violations() {
    return violations;
  }

  void violation(String invariant, String what) {
    violations.add(invariant + ": " + what);
  }

  /** Runs a foreign change that does what it says. */
  void foreign(Foreign change, Runnable work) {
    foreign = change;
    try {
      work.run();
    } catch (RuntimeException e) {
      violation("FOREIGN", "another engine cannot work on the table: " + e);
    } finally {
      foreign = null;
    }
  }

  @Override
  public void applied(TableIdentifier name, TableMetadata before, TableMetadata after) {
    try {
      for (Snapshot snapshot : after.snapshots()) {
        if (!truths.containsKey(snapshot.snapshotId())) {
          truths.put(snapshot.snapshotId(), newSnapshot(before, after, snapshot));
        }
      }
      checkRefs(before, after);
      if (foreign == null) {
        after.refs().keySet().forEach(branch -> checkTokensKept(before, after, branch));
      }
    } catch (RuntimeException e) {
      violation("READABLE", "the new metadata cannot be read: " + e);
    }
  }

  private SnapshotTruth newSnapshot(TableMetadata before, TableMetadata after, Snapshot snapshot) {
    Long parentId = snapshot.parentId();
    SnapshotTruth parent =
        parentId == null ? SnapshotTruth.EMPTY : truths.getOrDefault(parentId, SnapshotTruth.EMPTY);
    List<String> listed = reading.files(after, snapshot);
    Set<String> files = new LinkedHashSet<>(listed);
    if (files.size() < listed.size()) {
      violation("INV-1 EO", "a file is twice in snapshot " + snapshot.snapshotId());
    }
    Set<String> added = new LinkedHashSet<>(files);
    added.removeAll(parent.files());
    Set<String> removed = new LinkedHashSet<>(parent.files());
    removed.removeAll(files);
    added.forEach(file -> addedBy.put(file, snapshot.snapshotId()));

    Map<String, Token> tokens = CommitterAccess.tokens(snapshot, table.io());
    SnapshotTruth truth =
        tokens == null
            ? foreignTruth(snapshot, parent, files, added, removed)
            : firnTruth(before, snapshot, parent, files, added, removed, tokens);
    rules.checkContent(truth);
    return truth;
  }

  private SnapshotTruth foreignTruth(
      Snapshot snapshot,
      SnapshotTruth parent,
      Set<String> files,
      Set<String> added,
      Set<String> removed) {
    Foreign change = foreign;
    if (change == null || !added.equals(change.added()) || !removed.equals(change.removed())) {
      violation("FOREIGN", "snapshot " + snapshot.snapshotId() + " is not what its engine did");
    }
    // What left with the removed files and did not come back in the added ones was deleted.
    List<EventRange> deleted = new ArrayList<>(parent.deleted());
    removed.forEach(file -> deleted.addAll(table.contents(file)));
    added.forEach(file -> table.contents(file).forEach(deleted::remove));
    return new SnapshotTruth(
        snapshot.snapshotId(),
        snapshot.parentId(),
        files,
        parent.positions(),
        parent.epochs(),
        deleted);
  }

  private SnapshotTruth firnTruth(
      TableMetadata before,
      Snapshot snapshot,
      SnapshotTruth parent,
      Set<String> files,
      Set<String> added,
      Set<String> removed,
      Map<String, Token> tokens) {
    long id = snapshot.snapshotId();
    if (foreign != null || !removed.isEmpty()) {
      violation("FOREIGN", "snapshot " + id + " carries tokens, but removes files or is foreign");
    }
    String stream = snapshot.summary().getOrDefault("firn.stream", "?");
    Token own = tokens.get(stream);
    if (own == null) {
      violation("TOKEN", "snapshot " + id + " of " + stream + " has no token of its own stream");
      return parent;
    }
    added.forEach(
        file -> {
          if (table.contents(file).stream().anyMatch(range -> !range.stream().equals(stream))) {
            violation("INV-3 BASE", "snapshot " + id + " of " + stream + " adds " + file);
          }
          if (denied.contains(file)) {
            violation("DENIED", file + " came in although its writer was told it did not");
          }
        });
    rules.checkCarried(before, snapshot, stream, tokens);

    long epoch = parent.epochs().getOrDefault(stream, 0L);
    if (own.epoch() < epoch) {
      violation(
          "INV-4 FENCE", "snapshot " + id + " of epoch " + own.epoch() + " stands on " + epoch);
    }
    rules.checkOwner(snapshot, stream, own, truths);
    Long other = commitIds.putIfAbsent(snapshot.summary().get("firn.commit-id"), id);
    // One that is expired misleads nobody: a commit that was rolled back with it may come again.
    if (other != null && other != id && before.snapshot(other) != null) {
      violation("INV-6 CID", "snapshots " + other + " and " + id + " are of the same commit");
    }

    Map<EventRange.Key, Long> positions = new HashMap<>(parent.positions());
    own.positions()
        .positions()
        .forEach(
            (source, position) -> {
              Long was = positions.put(new EventRange.Key(stream, source), position.major());
              if (was != null && position.major() < was) {
                violation("INV-2 MONO", stream + "/" + source + " goes from " + was + " back");
              }
            });
    Map<String, Long> epochs = new HashMap<>(parent.epochs());
    epochs.put(stream, own.epoch());
    return new SnapshotTruth(id, snapshot.parentId(), files, positions, epochs, parent.deleted());
  }

  /** A writer that expires snapshots leaves those that carry a branch's tokens. */
  private void checkTokensKept(TableMetadata before, TableMetadata after, String branch) {
    Snapshot carrier = carrier(before, branch);
    if (carrier != null && carrier(after, branch) == null) {
      violation("INV-20 LOST", "a writer's expiry took the tokens of " + branch);
    }
  }

  private @Nullable Snapshot carrier(TableMetadata metadata, String branch) {
    SnapshotRef ref = metadata.ref(branch);
    Snapshot head = ref == null ? null : metadata.snapshot(ref.snapshotId());
    return CommitterAccess.carrier(metadata, head, table.io());
  }

  /** Heads move forward, and backward only by an operator. */
  private void checkRefs(TableMetadata before, TableMetadata after) {
    boolean free = foreign != null && foreign.movesHeads();
    after.refs().forEach((name, ref) -> checkRef(before.ref(name), name, ref, free));
    Set<String> gone = new TreeSet<>(before.refs().keySet());
    gone.removeAll(after.refs().keySet());
    if (!gone.isEmpty() && !free) {
      violation("HEAD", "branches are gone: " + gone);
    }
  }

  private void checkRef(@Nullable SnapshotRef old, String name, SnapshotRef ref, boolean free) {
    if (old != null && old.snapshotId() == ref.snapshotId()) {
      return;
    }
    heads.computeIfAbsent(name, branch -> new ArrayList<>()).add(ref.snapshotId());
    trace.accept("    * " + name + " is now " + truths.get(ref.snapshotId()));
    if (old != null && !free && !isAncestor(old.snapshotId(), ref.snapshotId())) {
      violation("HEAD", name + " moved from " + old.snapshotId() + " aside to " + ref.snapshotId());
    }
  }

  private boolean isAncestor(long ancestor, long snapshotId) {
    for (SnapshotTruth at = truths.get(snapshotId); at != null; at = truths.get(at.parentId())) {
      if (at.snapshotId() == ancestor) {
        return true;
      }
    }
    return false;
  }

  /** What the head of a branch holds; of main if there is no such branch yet. */
  SnapshotTruth head(String branch) {
    TableMetadata metadata = table.metadata();
    SnapshotRef ref = metadata.ref(branch);
    Snapshot head = ref == null ? metadata.currentSnapshot() : metadata.snapshot(ref.snapshotId());
    return head == null
        ? SnapshotTruth.EMPTY
        : truths.getOrDefault(head.snapshotId(), SnapshotTruth.EMPTY);
  }

  /** INV-5: what was acknowledged is, or was, at the head. */
  void acknowledged(String branch, String stream, CommitToken token) {
    if (!wasHead(branch, stream, token)) {
      violation("INV-5 ACK", stream + " was told " + token + ", which was never at a head");
    }
  }

  /** INV-7, INV-20: a stream resumes from a token that is, or was while it opened, at the head. */
  void opened(String branch, String stream, CommitToken token, int headsBefore) {
    List<Long> known = heads.getOrDefault(branch, heads.getOrDefault("main", List.of()));
    for (int i = known.size() - 1; i >= Math.max(0, Math.min(headsBefore, known.size()) - 1); i--) {
      if (truths.getOrDefault(known.get(i), SnapshotTruth.EMPTY).token(stream).equals(token)) {
        return;
      }
    }
    if (!head(branch).token(stream).equals(token)) {
      violation(
          "INV-7 ROLL", stream + " resumes at " + token + ", but the head holds " + head(branch));
    }
  }

  /** How many heads the branch has had. */
  int heads(String branch) {
    return heads.getOrDefault(branch, heads.getOrDefault("main", List.of())).size();
  }

  private boolean wasHead(String branch, String stream, CommitToken token) {
    List<Long> known = heads.getOrDefault(branch, List.of());
    for (int i = known.size() - 1; i >= 0; i--) {
      SnapshotTruth truth = truths.getOrDefault(known.get(i), SnapshotTruth.EMPTY);
      if (covers(truth, stream, token)) {
        return true;
      }
    }
    return token.isNone();
  }

  private static boolean covers(SnapshotTruth truth, String stream, CommitToken token) {
    for (Map.Entry<String, Position> entry : token.positions().entrySet()) {
      Long at = truth.positions().get(new EventRange.Key(stream, entry.getKey()));
      if (at == null || at < entry.getValue().major()) {
        return false;
      }
    }
    return true;
  }

  /** Whether all of these files came in, in the history of the branch's head. */
  boolean isIn(String branch, List<String> files) {
    long head = head(branch).snapshotId();
    return !files.isEmpty()
        && files.stream()
            .allMatch(file -> addedBy.containsKey(file) && isAncestor(addedBy.get(file), head));
  }

  /** Whether any of these files ever came in, wherever. */
  boolean everIn(List<String> files) {
    return files.stream().anyMatch(addedBy::containsKey);
  }

  /** The writer was told for good that these files are not in. */
  void denied(String branch, List<String> files, Throwable answer) {
    if (isIn(branch, files)) {
      violation("STOPPED", "a writer whose commit is in the table was told " + answer);
    }
    files.stream().filter(file -> !addedBy.containsKey(file)).forEach(denied::add);
  }

  /** They are sent again after all. */
  void sentAgain(List<String> files) {
    files.forEach(denied::remove);
  }

  /** Everything a reader of a retained snapshot needs is there: INV-16. */
  void checkReadable() {
    Set<String> missing = reading.missing(table.metadata());
    if (!missing.isEmpty()) {
      violation("INV-16 NODEL", "readers need, but do not find " + missing);
    }
  }

  /** The head once more, by Iceberg's own planning and with nothing cached. */
  void checkByPlanning() {
    TableMetadata metadata = table.metadata();
    if (metadata.currentSnapshot() != null) {
      Set<String> planned = new HashSet<>();
      table
          .plain()
          .newScan()
          .planWith(SameThread.EXECUTOR)
          .planFiles()
          .forEach(task -> planned.add(task.file().location()));
      if (!planned.equals(head("main").files())) {
        violation("READABLE", "a scan plans other files than the manifests hold");
      }
    }
  }
}
