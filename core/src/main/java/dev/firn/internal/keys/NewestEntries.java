package dev.firn.internal.keys;

import dev.firn.internal.runs.SortedEntries;
import java.util.List;

/**
 * The entries of several parts of a shard as one: of each key those of the newest part that has it,
 * for what a part has of a key is all that held when it was written. Hot.
 */
final class NewestEntries implements SortedEntries {

  /** The newest first, at the next entry each. */
  private final SortedEntries[] parts;

  private final boolean[] there;

  /** The part of the entry; null before the first one. */
  private int part = -1;

  private long first;
  private long second;

  NewestEntries(List<SortedEntries> newestFirst) {
    this.parts = newestFirst.toArray(SortedEntries[]::new);
    this.there = new boolean[parts.length];
    for (int p = 0; p < parts.length; p++) {
      there[p] = parts[p].next();
    }
  }

  @Override
  public boolean next() {
    if (part >= 0) {
      there[part] = parts[part].next();
      if (isAtKey(part)) {
        return true;
      }
    }
    part = least();
    if (part < 0) {
      return false;
    }
    first = parts[part].first();
    second = parts[part].second();
    for (int older = part + 1; older < parts.length; older++) {
      while (isAtKey(older)) {
        there[older] = parts[older].next();
      }
    }
    return true;
  }

  private boolean isAtKey(int p) {
    return there[p] && parts[p].first() == first && parts[p].second() == second;
  }

  /** The newest of the parts whose key is before all others; -1 if all are at their end. */
  private int least() {
    int least = -1;
    for (int p = 0; p < parts.length; p++) {
      if (there[p] && (least < 0 || isBefore(parts[p], parts[least]))) {
        least = p;
      }
    }
    return least;
  }

  private static boolean isBefore(SortedEntries one, SortedEntries other) {
    int order = Long.compareUnsigned(one.first(), other.first());
    return order == 0 ? Long.compareUnsigned(one.second(), other.second()) < 0 : order < 0;
  }

  @Override
  public long first() {
    return first;
  }

  @Override
  public long second() {
    return second;
  }

  @Override
  public long value() {
    return parts[part].value();
  }
}
