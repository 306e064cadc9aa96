package dev.firn.internal.keys;

import dev.firn.internal.runs.SortedEntries;

/** The entries of a shard in order, one for each location. Hot. */
final class ShardEntries implements SortedEntries {

  private final Slots slots;
  private final Chains chains;
  private int behind;
  private int at = -1;

  /** Of the entry, if its key has several locations. */
  private int node = Chains.END;

  ShardEntries(Slots slots, Chains chains) {
    this.slots = slots;
    this.chains = chains;
  }

  @Override
  public boolean next() {
    if (node != Chains.END) {
      node = chains.next(node);
      if (node != Chains.END) {
        return true;
      }
    }
    at = slots.next(behind);
    if (at < 0) {
      return false;
    }
    behind = slots.behind(at);
    long location = slots.location(at);
    node = RowLocation.isSeveral(location) ? RowLocation.node(location) : Chains.END;
    return true;
  }

  @Override
  public long first() {
    return slots.first(at);
  }

  @Override
  public long second() {
    return slots.second(at);
  }

  @Override
  public long value() {
    return node == Chains.END ? slots.location(at) : chains.location(node);
  }
}
