package dev.firn.testkit;

import dev.firn.internal.commit.CommitterAccess.Token;
import dev.firn.testkit.SnapshotTruth.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.iceberg.Snapshot;

/** What must hold for each new snapshot by itself and against its history. */
final class SnapshotRules {

  private final SimulatedTable table;
  private final BiConsumer<String, String> violations;
  private final Map<String, Owner> owners = new HashMap<>();

  SnapshotRules(SimulatedTable table, BiConsumer<String, String> violations) {
    this.table = table;
    this.violations = violations;
  }

  /** Two owners of one epoch may stand on two sides of a rollback, but not in one history. */
  void checkOwner(Snapshot snapshot, String stream, Token own, Map<Long, SnapshotTruth> truths) {
    Owner owner = new Owner(own.epoch(), own.owner());
    Long parentId = snapshot.parentId();
    for (SnapshotTruth at = truths.get(parentId); at != null; at = truths.get(at.parentId())) {
      Owner earlier = owners.get(stream + "@" + at.snapshotId());
      if (earlier != null) {
        if (earlier.epoch() == own.epoch() && own.epoch() > 0 && !earlier.equals(owner)) {
          violations.accept("INV-4 FENCE", "two owners of " + stream + " in epoch " + own.epoch());
        }
        break;
      }
    }
    owners.put(stream + "@" + snapshot.snapshotId(), owner);
  }

  /** INV-3: a commit of one stream adds files of that stream. */
  void checkOnlyOf(String stream, Set<String> added) {
    for (String file : added) {
      if (table.contents(file).stream().anyMatch(range -> !range.stream().equals(stream))) {
        violations.accept("INV-3 BASE", "a commit of " + stream + " adds " + file);
      }
    }
  }

  /** INV-1: live and deleted events are exactly those below the token, each once. */
  void checkContent(SnapshotTruth truth) {
    Map<EventRange.Key, List<EventRange>> ranges = new HashMap<>();
    List<EventRange> all = new ArrayList<>(truth.deleted());
    truth.files().forEach(file -> all.addAll(table.contents(file)));
    for (EventRange range : all) {
      if (!range.isForeign()) {
        ranges.computeIfAbsent(range.key(), key -> new ArrayList<>()).add(range);
      }
    }
    Set<EventRange.Key> keys = new HashSet<>(ranges.keySet());
    keys.addAll(truth.positions().keySet());
    for (EventRange.Key key : keys) {
      List<EventRange> covered = ranges.getOrDefault(key, new ArrayList<>());
      covered.sort((a, b) -> Long.compare(a.from(), b.from()));
      long at = 0;
      for (EventRange range : covered) {
        if (range.from() != at) {
          violations.accept(
              "INV-1 EO", (range.from() < at ? "doubled " : "lost ") + key + " before " + range);
        }
        at = range.to();
      }
      if (at != truth.positions().getOrDefault(key, 0L)) {
        violations.accept(
            "INV-1 EO", key + " has events up to " + at + ", but token " + truth.positions());
      }
    }
  }
}
