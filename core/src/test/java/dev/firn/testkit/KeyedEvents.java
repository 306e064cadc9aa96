package dev.firn.testkit;

import dev.firn.api.record.ChangeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The log that a source is: event after event, each with the changes of some rows, the same
 * whenever it is read. Keys are few, so that a change mostly meets a row.
 */
final class KeyedEvents {

  /** No event has as many changes. */
  private static final int CHANGES = 8;

  /** Far more than there are events in a log. */
  private static final long EVENTS = 1L << 32;

  /** Events whose rows have versions in any order, if there is an order column. */
  private static final int EPOCH = 5;

  private static final int EPOCH_VERSIONS = 1_000;

  /** Of the log's events so many begin with the end of all rows that there were. */
  private static final int EVENTS_TO_A_TRUNCATION = 60;

  /** One change of one row, of a removal only the key counts; or the end of all rows. */
  record Change(ChangeKind kind, KeyedRow row) {

    private static final Change TRUNCATION = new Change(ChangeKind.DELETE, new KeyedRow(-1, 0, 0));

    boolean isTruncation() {
      return this == TRUNCATION;
    }

    boolean isRemoval() {
      return kind.isRemoval();
    }

    /** What it has in an order column. */
    long version() {
      return versionOf(row.event(), isRemoval());
    }
  }

  private final long seed;
  private final int number;
  private final List<Integer> keys;

  /**
   * @param number which log of the seed this is; part of what its rows say
   * @param keys that it changes
   */
  KeyedEvents(long seed, int number, List<Integer> keys) {
    this.seed = seed + 31L * number;
    this.number = number;
    this.keys = List.copyOf(keys);
  }

  /** The changes of one event, in their order; at least one. */
  List<Change> at(long event) {
    return changesOfRows(event, new Random(Story.dice(seed, (int) event)));
  }

  /** As {@link #at}, but some events take all rows away at first. */
  List<Change> withTruncations(long event) {
    Random random = new Random(Story.dice(seed, (int) event));
    List<Change> changes = new ArrayList<>();
    if (random.nextInt(EVENTS_TO_A_TRUNCATION) == 0) {
      changes.add(Change.TRUNCATION);
    }
    changes.addAll(changesOfRows(event, random));
    return changes;
  }

  private List<Change> changesOfRows(long event, Random random) {
    int key = key(random);
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> changes(event, random, key, ChangeKind.UPDATE_AFTER);
      case 4 -> changes(event, random, key, ChangeKind.INSERT);
      case 5, 6 -> changes(event, random, key, ChangeKind.DELETE);
      case 7 -> {
        List<Change> moved = changes(event, random, key, ChangeKind.UPDATE_BEFORE);
        moved.add(change(event, 1, random, key(random), ChangeKind.UPDATE_AFTER));
        yield moved;
      }
      case 8 -> changes(event, random, key, ChangeKind.INSERT, ChangeKind.INSERT);
      default ->
          changes(event, random, key, ChangeKind.INSERT, ChangeKind.DELETE, ChangeKind.INSERT);
    };
  }

  /** The first change of an event, for those who count changes. */
  List<Change> firstOf(long event) {
    return at(event).subList(0, 1);
  }

  private List<Change> changes(long event, Random random, int key, ChangeKind... kinds) {
    List<Change> changes = new ArrayList<>();
    for (ChangeKind kind : kinds) {
      changes.add(change(event, changes.size(), random, key, kind));
    }
    return changes;
  }

  /**
   * The version of a change that has this id. Rows are old and new without any order, across up to
   * three epochs. A delete is older than all rows that can come after it, or many would hang on it:
   * how long it is remembered depends on who is alive.
   */
  static long versionOf(long id, boolean removal) {
    long epoch = id / CHANGES % EVENTS / EPOCH;
    int ahead = new Random(31 * id).nextInt(EPOCH_VERSIONS * 5 / 2);
    return epoch * EPOCH_VERSIONS + (removal ? 0 : ahead);
  }

  private Change change(long event, int index, Random random, int key, ChangeKind kind) {
    long id = (number * EVENTS + event) * CHANGES + index;
    return new Change(kind, new KeyedRow(key, random.nextInt(KeyedShape.REGIONS), id));
  }

  /** Some keys change more often than others. */
  private int key(Random random) {
    int among = random.nextInt(3) == 0 ? Math.min(5, keys.size()) : keys.size();
    return keys.get(random.nextInt(among));
  }
}
