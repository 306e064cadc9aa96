package dev.firn.testkit;

import dev.firn.testkit.KeyedEvents.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a table holds: rows by key, which are several where somebody else has appended a key. */
final class KeyedContent {

  static final KeyedContent EMPTY = new KeyedContent(new TreeMap<>());

  private final TreeMap<Integer, List<KeyedRow>> rows;

  private KeyedContent(TreeMap<Integer, List<KeyedRow>> rows) {
    this.rows = rows;
  }

  static KeyedContent of(Collection<KeyedRow> all) {
    TreeMap<Integer, List<KeyedRow>> rows = new TreeMap<>();
    all.forEach(row -> rows.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row));
    rows.values().forEach(some -> some.sort(Comparator.comparingLong(KeyedRow::event)));
    return new KeyedContent(rows);
  }

  /**
   * This, and then {@code changes} one after the other: each takes all rows of its key away, or of
   * all keys.
   */
  KeyedContent after(List<Change> changes) {
    TreeMap<Integer, List<KeyedRow>> after = new TreeMap<>(rows);
    for (Change change : changes) {
      KeyedRow row = change.row();
      if (change.isTruncation()) {
        after.clear();
      } else if (change.isRemoval()) {
        after.remove(row.key());
      } else {
        after.put(row.key(), List.of(row));
      }
    }
    return new KeyedContent(after);
  }

  /** The highest version of the rows with this key; lower than all if there is none. */
  long newest(int key) {
    return rows.getOrDefault(key, List.of()).stream()
        .mapToLong(KeyedRow::versionOrLowest)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /** How many rows have this key. */
  int count(int key) {
    return rows.getOrDefault(key, List.of()).size();
  }

  int size() {
    return rows.values().stream().mapToInt(List::size).sum();
  }

  /** What is different in {@code found}, by key; empty if nothing is. */
  Map<Integer, String> differences(KeyedContent found) {
    Map<Integer, String> differences = new TreeMap<>();
    TreeMap<Integer, List<KeyedRow>> all = new TreeMap<>(rows);
    all.putAll(found.rows);
    for (int key : all.keySet()) {
      List<KeyedRow> here = rows.getOrDefault(key, List.of());
      List<KeyedRow> there = found.rows.getOrDefault(key, List.of());
      if (!here.equals(there)) {
        differences.put(key, "should be " + here + ", but is " + there);
      }
    }
    return differences;
  }
}
