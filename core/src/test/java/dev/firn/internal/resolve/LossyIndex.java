package dev.firn.internal.resolve;

import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyClass;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.Liveness;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.RowLocation;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** An index that now and then loses an entry that a commit has put in. */
final class LossyIndex implements KeyIndex {

  private final KeyIndex index;
  private final BooleanSupplier loses;

  LossyIndex(KeyIndex index, BooleanSupplier loses) {
    this.index = index;
    this.loses = loses;
  }

  @Override
  public void put(KeyBatch keys, long[] locations, int fromShard, int toShard, Locations earlier) {
    index.put(keys, locations, fromShard, toShard, earlier);
    for (int i = 0; i < keys.size(); i++) {
      if (locations[i] != RowLocation.NONE && loses.getAsBoolean()) {
        lose(keys, i);
        return;
      }
    }
  }

  private void lose(KeyBatch keys, int key) {
    long[] allButOne = new long[keys.size()];
    Arrays.fill(allButOne, RowLocation.of(0, 0));
    allButOne[key] = RowLocation.NONE;
    KeyBatch one = keys.withoutLocation(allButOne);
    Locations lost = new Locations();
    lost.begin(one);
    index.remove(one, 0, SHARDS, lost);
  }

  @Override
  public void locate(KeyBatch keys, int fromShard, int toShard, Locations found) {
    index.locate(keys, fromShard, toShard, found);
  }

  @Override
  public long add(KeyBatch keys, long[] locations, int fromShard, int toShard, Liveness liveness) {
    return index.add(keys, locations, fromShard, toShard, liveness);
  }

  @Override
  public void remove(KeyBatch keys, int fromShard, int toShard, Locations earlier) {
    index.remove(keys, fromShard, toShard, earlier);
  }

  @Override
  public void expect(long keys) {
    index.expect(keys);
  }

  @Override
  public void ensureRoom(KeyBatch keys, int fromShard, int toShard) {
    index.ensureRoom(keys, fromShard, toShard);
  }

  @Override
  public void sweep(int fromShard, int toShard, Liveness liveness) {
    index.sweep(fromShard, toShard, liveness);
  }

  @Override
  public long countLive(Liveness liveness) {
    return index.countLive(liveness);
  }

  @Override
  public KeyClass keyClass() {
    return index.keyClass();
  }

  @Override
  public long keys() {
    return index.keys();
  }

  @Override
  public long entries() {
    return index.entries();
  }

  @Override
  public long heapBytes() {
    return index.heapBytes();
  }

  @Override
  public void clear() {
    index.clear();
  }

  @Override
  public void close() {
    index.close();
  }
}
