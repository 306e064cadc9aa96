package dev.firn.internal.keys;

import dev.firn.internal.runs.SortedEntries;

/** The next so many of some entries. */
final class FirstEntries implements SortedEntries {

  private final SortedEntries all;
  private long left;

  FirstEntries(SortedEntries all, long count) {
    this.all = all;
    this.left = count;
  }

  @Override
  public boolean next() {
    return left-- > 0 && all.next();
  }

  @Override
  public long first() {
    return all.first();
  }

  @Override
  public long second() {
    return all.second();
  }

  @Override
  public long value() {
    return all.value();
  }
}
