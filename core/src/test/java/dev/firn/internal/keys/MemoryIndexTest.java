package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firn.api.error.IndexFullException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryIndexTest {

  private static final int ALL = KeyIndex.SHARDS;
  private static final Liveness EVERYTHING = location -> true;

  @ParameterizedTest
  @EnumSource(KeyClass.class)
  void anIndexKnowsWhatAMapWouldKnow(KeyClass keyClass) {
    for (long seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      IndexModel model =
          new IndexModel(keyClass, random, memory -> new MemoryIndex(keyClass, memory));
      int universe = seed % 2 == 0 ? 300 : 30_000;
      for (int step = 0; step < 250; step++) {
        try {
          model.step(random, universe);
          model.check();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("seed " + seed + ", step " + step + ": " + e.getMessage(), e);
        }
      }
      model.locate(IntStream.range(0, universe).toArray());
    }
  }

  @Test
  void aMillionLongKeysTakeLessThan24BytesEach() {
    CountedMemory memory = new CountedMemory();
    MemoryIndex index = new MemoryIndex(KeyClass.K64, memory);
    LongKeys longs = new LongKeys(50_000);
    for (int from = 0; from < 1_000_000; from += 50_000) {
      longs.put(index, from, 1);
      if (from >= 100_000) {
        assertThat(index.heapBytes()).isLessThanOrEqualTo(24 * index.keys());
      }
    }
    assertThat(index.keys()).isEqualTo(1_000_000);
    assertThat(index.heapBytes() / 1e6).isBetween(18.8, 24.0);
    // A growth needs the old table of one shard beside the new.
    assertThat(memory.highest()).isLessThan(memory.held() + memory.held() / 64);
    index.check();
  }

  @Test
  void whatIsNeededIsSaid() {
    CountedMemory memory = new CountedMemory();
    MemoryIndex index = new MemoryIndex(KeyClass.K64, memory);
    LongKeys longs = new LongKeys(50_000);
    longs.put(index, 0, 1);
    long held = memory.held();
    memory.limit(held + 100);
    IndexFullException full =
        catchThrowableOfType(IndexFullException.class, () -> longs.put(index, 50_000, 1));
    assertThat(full.neededBytes()).isGreaterThan(100);
    assertThat(full.heldBytes()).isEqualTo(held);
    assertThat(full.limitBytes()).isEqualTo(held + 100);
    assertThat(index.keys()).isEqualTo(50_000);
    assertThat(full)
        .hasMessageStartingWith(
            "The key index holds " + held + " bytes and needs " + full.neededBytes() + " more");
  }

  @Test
  void updatesNeedNoMemory() {
    CountedMemory memory = new CountedMemory();
    MemoryIndex index = new MemoryIndex(KeyClass.K64, memory);
    LongKeys longs = new LongKeys(50_000);
    longs.put(index, 0, 1);
    memory.limit(memory.held());
    longs.put(index, 0, 2);
    assertThat(longs.found.byKey()[7]).isEqualTo(RowLocation.of(1, 7));
    assertThat(index.entries()).isEqualTo(50_000);
  }

  @Test
  void aKeyThatEveryRowHasIsNoCatastrophe() {
    MemoryIndex index = new MemoryIndex(KeyClass.K64, new CountedMemory());
    LongKeys longs = new LongKeys(50_000);
    for (int round = 0; round < 20; round++) {
      longs.addSame(index, round);
    }
    assertThat(index.keys()).isEqualTo(1);
    assertThat(index.entries()).isEqualTo(1_000_000);
    assertThat(index.heapBytes()).isLessThan(18_000_000);
    Segments segments = new Segments();
    for (int s = 0; s < 20; s++) {
      segments.add("file-" + s, 50_000);
    }
    assertThat(index.countLive(segments)).isEqualTo(segments.liveRows());
    for (int s = 0; s < 19; s++) {
      segments.retire(s);
    }
    assertThat(index.countLive(segments)).isEqualTo(segments.liveRows()).isEqualTo(50_000);
    index.sweep(0, ALL, segments);
    assertThat(index.entries()).isEqualTo(50_000);
    index.check();
  }

  @Test
  void keysThatWereExpectedTakeNoMoreMemoryThanOthers() {
    CountedMemory memory = new CountedMemory();
    MemoryIndex grown = new MemoryIndex(KeyClass.K64, memory);
    LongKeys longs = new LongKeys(200_000);
    longs.put(grown, 0, 0);
    long needed = memory.held();
    grown.close();
    MemoryIndex index = new MemoryIndex(KeyClass.K64, memory);
    index.expect(200_000);
    long before = memory.held();
    longs.put(index, 0, 0);
    assertThat(before).isBetween(needed * 9 / 10, memory.held());
    assertThat(memory.held()).isBetween(needed, needed + needed / 50);
    index.check();
  }

  @Test
  void moreKeysThanThereIsMemoryForMayBeExpected() {
    CountedMemory memory = new CountedMemory();
    memory.limit(100_000);
    MemoryIndex index = new MemoryIndex(KeyClass.K64, memory);
    index.expect(Long.MAX_VALUE);
    assertThat(memory.held()).isLessThanOrEqualTo(100_000);
    index.close();
    assertThat(memory.held()).isZero();
  }

  @Test
  void threadsWithShardsOfTheirOwnDoNotMeet() throws InterruptedException {
    CountedMemory memory = new CountedMemory();
    MemoryIndex index = new MemoryIndex(KeyClass.K64, memory);
    LongKeys longs = new LongKeys(50_000);
    for (int round = 0; round < 10; round++) {
      longs.read(round * 25_000L, round);
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        int from = t * ALL / threads.length;
        int to = (t + 1) * ALL / threads.length;
        threads[t] =
            new Thread(() -> index.put(longs.keys, longs.locations, from, to, longs.found));
        threads[t].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      for (int i = 0; i < 50_000; i++) {
        assertThat(longs.found.byKey()[i])
            .isEqualTo(
                round == 0 || i >= 25_000
                    ? RowLocation.NONE
                    : RowLocation.of(round - 1, i + 25_000));
      }
    }
    assertThat(index.keys()).isEqualTo(11 * 25_000);
    assertThat(index.heapBytes()).isEqualTo(memory.held());
    index.check();
  }

  @Test
  void keysThatAllBelongAtTheEndMakeTheTableLonger() {
    for (int words = 1; words <= 2; words++) {
      CountedMemory memory = new CountedMemory();
      Shard shard = new Shard(255, words, new ShardMemory(memory));
      for (int i = 0; i < 2000; i++) {
        // In an order that inserts before, behind and between.
        long key = -1 - (i * 7919L & 2047);
        shard.ensureRoom(1);
        assertThat(shard.put(key, key, i)).isEqualTo(RowLocation.NONE);
        if (i % 100 == 99) {
          shard.check();
        }
      }
      shard.check();
      for (int i = 0; i < 2000; i += 2) {
        long key = -1 - (i * 7919L & 2047);
        assertThat(shard.remove(key, key)).isEqualTo(i);
      }
      shard.check();
      for (int i = 0; i < 2000; i++) {
        long key = -1 - (i * 7919L & 2047);
        assertThat(shard.get(key, key)).isEqualTo(i % 2 == 0 ? RowLocation.NONE : i);
      }
      shard.clear();
      assertThat(memory.held()).isZero();
    }
  }

  @Test
  void aSecondLocationThatIsRefusedLeavesNoTrace() {
    CountedMemory memory = new CountedMemory();
    Shard shard = new Shard(0, 1, new ShardMemory(memory));
    shard.ensureRoom(2);
    shard.put(7, 0, 100);
    for (int i = 0; i < 15; i++) {
      shard.add(5, 0, i, EVERYTHING);
    }
    memory.limit(memory.held());
    // There is room for one more, and two would be needed.
    IndexFullException full =
        catchThrowableOfType(IndexFullException.class, () -> shard.add(7, 0, 101, EVERYTHING));
    assertThat(full).isNotNull();
    assertThat(shard.get(7, 0)).isEqualTo(100);
    assertThat(shard.entries()).isEqualTo(16);
    shard.check();
    shard.add(5, 0, 15, EVERYTHING);
    shard.check();
  }

  @Test
  void keysThatDifferInOneWordAreTwo() {
    Shard shard = new Shard(0, 2, new ShardMemory(new CountedMemory()));
    Random random = new Random(9);
    for (int i = 0; i < 500; i++) {
      shard.ensureRoom(1);
      shard.put(i / 100, random.nextLong(), i);
      shard.check();
    }
    assertThat(shard.keys()).isEqualTo(500);
  }
}
