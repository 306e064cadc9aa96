package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.internal.runs.RunDirectory;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TieredIndexTest {

  private static final int ALL = KeyIndex.SHARDS;

  @TempDir Path folder;

  /** Told of a limit that is not held against it. */
  static TieredIndex index(
      KeyClass keyClass, CountedMemory memory, long bytes, RunDirectory directory) {
    memory.limit(bytes);
    TieredIndex index = new TieredIndex(keyClass, memory, directory);
    memory.limit(Long.MAX_VALUE);
    return index;
  }

  /** With so little memory that a shard holds a few dozen keys. */
  @ParameterizedTest
  @EnumSource(KeyClass.class)
  void anIndexKnowsWhatAMapWouldKnow(KeyClass keyClass) {
    for (long seed = 0; seed < 2; seed++) {
      Random random = new Random(seed);
      int universe = 30_000;
      try (RunDirectory directory = RunDirectory.open(folder)) {
        IndexModel model =
            new IndexModel(keyClass, random, memory -> index(keyClass, memory, 400_000, directory));
        for (int step = 0; step < 60; step++) {
          try {
            model.step(random, universe);
            model.check();
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", step " + step + ": " + e.getMessage(), e);
          }
        }
        int[] all = IntStream.range(0, universe).toArray();
        model.locate(all);
        model.put(all, IntStream.range(0, universe).mapToLong(i -> i).toArray());
        model.locate(all);
        assertThat(folder).isDirectoryContaining("glob:**.run");
        model.clear();
        assertThat(folder).isDirectoryNotContaining("glob:**.run");
      }
    }
  }

  @Test
  void threadsWithShardsOfTheirOwnDoNotMeet() throws InterruptedException {
    CountedMemory memory = new CountedMemory();
    try (RunDirectory directory = RunDirectory.open(folder);
        TieredIndex index = index(KeyClass.K64, memory, 2_000_000, directory)) {
      LongKeys longs = new LongKeys(50_000);
      for (int round = 0; round < 4; round++) {
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
      assertThat(index.keys()).isEqualTo(5 * 25_000);
      assertThat(index.heapBytes()).isEqualTo(memory.held());
      assertThat(memory.highest()).isLessThan(2_000_000);
    }
    assertThat(memory.held()).isZero();
  }

  @Test
  void aKeyThatEveryRowHasIsFoundWithAllOfThem() {
    try (RunDirectory directory = RunDirectory.open(folder);
        TieredIndex index = index(KeyClass.K64, new CountedMemory(), 2_000_000, directory)) {
      LongKeys longs = new LongKeys(10_000);
      for (int round = 0; round < 5; round++) {
        longs.addSame(index, round);
      }
      assertThat(folder).isDirectoryContaining("glob:**.run");
      assertThat(index.keys()).isEqualTo(1);
      assertThat(index.entries()).isEqualTo(50_000);
      assertThat(index.countLive(location -> RowLocation.segment(location) == 2)).isEqualTo(10_000);
      longs.addSame(index, 5);
      index.put(longs.keys, longs.locations, 0, ALL, longs.found);
      assertThat(longs.found.otherCount()).isEqualTo(59_999);
      assertThat(index.entries()).isEqualTo(1);
    }
  }
}
