package dev.firn.testkit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.testkit.SnapshotHistory.Foreign;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
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

  /** In the list of a branch's heads: there was none. */
  private static final long NO_HEAD = -1;

  private final SimulatedTable table;
  private final Consumer<String> trace;
  private final SnapshotReading reading;
  private final SnapshotHistory history;
  private final Map<String, List<Long>> heads = new HashMap<>();
  private final Set<String> denied = new HashSet<>();
  private final List<String> violations = new ArrayList<>();

  /** What a foreign engine says it is doing; null while none works. */
  private @Nullable Foreign foreign;

  CommitOracle(SimulatedTable table, Consumer<String> trace) {
    this.table = table;
    this.trace = trace;
    this.reading = new SnapshotReading(table.io(), table.removedTokenFiles());
    this.history = new SnapshotHistory(table, reading, this::violation);
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
      history.add(before, after, foreign, denied);
      checkRefs(before, after);
      if (foreign == null) {
        after.refs().keySet().forEach(branch -> checkTokensKept(before, after, branch));
      }
    } catch (RuntimeException e) {
      violation("READABLE", "the new metadata cannot be read: " + e);
    }
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
    return history.carrier(metadata, head);
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
    gone.forEach(branch -> heads.computeIfAbsent(branch, name -> new ArrayList<>()).add(NO_HEAD));
  }

  private void checkRef(@Nullable SnapshotRef old, String name, SnapshotRef ref, boolean free) {
    if (old != null && old.snapshotId() == ref.snapshotId()) {
      return;
    }
    heads.computeIfAbsent(name, branch -> new ArrayList<>()).add(ref.snapshotId());
    trace.accept("    * " + name + " is now " + history.truth(ref.snapshotId()));
    if (old != null && !free && !history.isAncestor(old.snapshotId(), ref.snapshotId())) {
      violation("HEAD", name + " moved from " + old.snapshotId() + " aside to " + ref.snapshotId());
    }
  }

  /** What the head of a branch holds; of main if there is no such branch yet. */
  SnapshotTruth head(String branch) {
    TableMetadata metadata = table.metadata();
    SnapshotRef ref = metadata.ref(branch);
    Snapshot head = ref == null ? metadata.currentSnapshot() : metadata.snapshot(ref.snapshotId());
    return history.truth(head == null ? null : head.snapshotId());
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
      if (history.truth(known.get(i)).token(stream).equals(token)) {
        return;
      }
    }
    if (!head(branch).token(stream).equals(token)) {
      violation(
          "INV-7 ROLL", stream + " resumes at " + token + ", but the head holds " + head(branch));
    }
  }

  /** The files that a snapshot holds, or held. */
  Set<String> files(long snapshotId) {
    return history.truth(snapshotId).files();
  }

  /** How many heads the branch has had. */
  int heads(String branch) {
    return heads.getOrDefault(branch, heads.getOrDefault("main", List.of())).size();
  }

  private boolean wasHead(String branch, String stream, CommitToken token) {
    List<Long> known = heads.getOrDefault(branch, List.of());
    for (int i = known.size() - 1; i >= 0; i--) {
      SnapshotTruth truth = history.truth(known.get(i));
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
  private boolean isIn(String branch, List<String> files) {
    long head = head(branch).snapshotId();
    for (String file : files) {
      Long addedBy = history.addedBy(file);
      if (addedBy == null || !history.isAncestor(addedBy, head)) {
        return false;
      }
    }
    return !files.isEmpty();
  }

  /** The writer was told for good that these files are not in. */
  void denied(String branch, List<String> files, Throwable answer) {
    if (isIn(branch, files)) {
      violation("STOPPED", "a writer whose commit is in the table was told " + answer);
    }
    files.stream().filter(file -> history.addedBy(file) == null).forEach(denied::add);
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

  /** The heads once more, by Iceberg's own planning and with nothing cached, down to the cells. */
  void checkCells() {
    TableMetadata metadata = table.metadata();
    for (String branch : metadata.refs().keySet()) {
      Set<String> planned = new HashSet<>();
      Map<EventRange.Key, List<EventRange>> cells = new HashMap<>();
      table
          .plain()
          .newScan()
          .useRef(branch)
          .planWith(SameThread.EXECUTOR)
          .planFiles()
          .forEach(
              task -> {
                planned.add(task.file().location());
                table
                    .cells(task.file().location())
                    .forEach(
                        range ->
                            cells.computeIfAbsent(range.key(), k -> new ArrayList<>()).add(range));
              });
      SnapshotTruth head = head(branch);
      if (!planned.equals(head.files())) {
        violation("READABLE", "a scan plans other files than the manifests hold");
      }
      checkCells(branch, head, cells);
    }
  }

  /** Cell by cell: the events below the token, each once, but for those that others deleted. */
  private void checkCells(
      String branch, SnapshotTruth head, Map<EventRange.Key, List<EventRange>> cells) {
    head.positions()
        .forEach(
            (key, position) -> {
              BitSet expected = new BitSet();
              expected.set(0, Math.toIntExact(position));
              for (EventRange deleted : head.deleted()) {
                if (deleted.key().equals(key)) {
                  expected.clear((int) deleted.from(), (int) deleted.to());
                }
              }
              BitSet found = new BitSet();
              for (EventRange range : cells.getOrDefault(key, List.of())) {
                if (!found.get((int) range.from(), (int) range.to()).isEmpty()) {
                  violation("CELLS", branch + " holds " + range + " twice");
                }
                found.set((int) range.from(), (int) range.to());
              }
              if (!found.equals(expected)) {
                found.xor(expected);
                violation("CELLS", branch + " of " + key + " lacks or has too much: " + found);
              }
            });
    for (EventRange.Key key : cells.keySet()) {
      if (!key.stream().equals(EventRange.FOREIGN) && !head.positions().containsKey(key)) {
        violation("CELLS", branch + " holds rows of " + key + ", which has no token");
      }
    }
  }
}
