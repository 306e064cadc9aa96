package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.StorageException;
import dev.firn.internal.runs.Run;
import dev.firn.internal.runs.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TieredShardTest {

  /** Of an index: a shard of it holds some seventy keys in memory. */
  private static final long BYTES = 256 * 2000;

  @TempDir Path folder;

  private final CountedMemory memory = new CountedMemory();
  private final KeyBatch one = new KeyBatch();
  private final Locations found = new Locations();
  private final RunProbe probe = new RunProbe();
  private final Map<Integer, List<Long>> expected = new HashMap<>();
  private RunDirectory directory;
  private TieredShard shard;
  private int words;

  @BeforeEach
  void open() {
    directory = RunDirectory.open(folder);
    make(1, BYTES);
  }

  @AfterEach
  void close() {
    memory.limit(Long.MAX_VALUE);
    shard.clear();
    assertThat(memory.held()).isZero();
    directory.close();
  }

  private void make(int keyWords, long bytes) {
    words = keyWords;
    memory.limit(bytes);
    ShardMemory held = new ShardMemory(memory);
    shard = new TieredShard(new Shard(7, words, held), words, new TieredMemory(held), directory);
    memory.limit(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aShardKnowsWhatAMapWouldKnow(int keyWords) {
    make(keyWords, BYTES);
    Random random = new Random(keyWords);
    int mostRuns = 0;
    for (int step = 0; step < 30_000; step++) {
      int key = random.nextInt(2000);
      long location = RowLocation.of(random.nextInt(10), step);
      switch (random.nextInt(8)) {
        case 0 -> remove(key);
        case 1 -> add(key, location);
        case 2 -> locate(key);
        default -> put(key, location);
      }
      mostRuns = Math.max(mostRuns, checkedRuns());
      if (step % 5_000 == 4_999) {
        sweep(step / 5_000);
      }
    }
    assertThat(mostRuns).isGreaterThan(2);
    for (int key = 0; key < 2000; key++) {
      locate(key);
    }
    for (int key = 0; key < 2000; key++) {
      remove(key);
    }
    assertThat(shard.count()).isEqualTo(ShardCount.NONE);
    shard.sweep(each -> true);
    assertThat(shard.runs()).isEmpty();
  }

  private int checkedRuns() {
    long newer = 0;
    for (Run run : shard.runs()) {
      assertThat(run.summary().entries()).isGreaterThanOrEqualTo(newer);
      newer += run.summary().entries();
    }
    return shard.runs().size();
  }

  private void sweep(int deadSegment) {
    Liveness liveness = location -> RowLocation.segment(location) != deadSegment;
    long live = expected.values().stream().flatMap(List::stream).filter(liveness::isLive).count();
    assertThat(shard.countLive(liveness)).isEqualTo(live);
    shard.sweep(liveness);
    expected.replaceAll((key, all) -> all.stream().filter(liveness::isLive).toList());
    expected.values().removeIf(List::isEmpty);
    assertThat(shard.count()).isEqualTo(new ShardCount(expected.size(), live));
    assertThat(shard.runs()).hasSizeLessThan(2);
  }

  /** In the order of the numbers; of two words the first is that of many. */
  private long first(int key) {
    return 7L << 56 | (words == 1 ? (long) key << 40 : (long) (key / 500) << 40);
  }

  private long second(int key) {
    return words == 1 ? 0 : (long) key * 0x0123_4567_89ab_cdefL;
  }

  private void begin() {
    one.begin(1, words);
    found.begin(one);
    probe.enter(shard.runs());
  }

  private void put(int key, long location) {
    shard.ensureRoom(1);
    begin();
    shard.put(first(key), second(key), location, 0, probe, found);
    assertFound(expected.put(key, List.of(location)));
  }

  private void remove(int key) {
    shard.ensureRoom(1);
    begin();
    shard.remove(first(key), second(key), 0, probe, found);
    assertFound(expected.remove(key));
  }

  private void locate(int key) {
    begin();
    shard.locate(first(key), second(key), 0, probe, found);
    assertFound(expected.get(key));
  }

  private void add(int key, long location) {
    shard.ensureRoom(1);
    begin();
    assertThat(shard.add(first(key), second(key), location, probe, each -> true)).isFalse();
    List<Long> all = new ArrayList<>(expected.getOrDefault(key, List.of()));
    all.add(location);
    expected.put(key, all);
  }

  private void assertFound(List<Long> locations) {
    List<Long> all = new ArrayList<>();
    if (found.byKey()[0] != RowLocation.NONE) {
      all.add(found.byKey()[0]);
    }
    for (int o = 0; o < found.otherCount(); o++) {
      all.add(found.other(o));
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(locations == null ? List.of() : locations);
  }

  @Test
  void aKeyMayHaveMoreRowsThanABlockHasEntries() {
    for (int row = 0; row < 1000; row++) {
      add(5, row);
      put(4, row);
      put(6, row);
    }
    for (int key = 100; key < 300; key++) {
      shard.relieve();
      put(key, key);
    }
    assertThat(shard.runs().stream().mapToInt(run -> run.summary().blocks()).sum())
        .isGreaterThan(4);
    for (int key = 3; key < 300; key++) {
      locate(key);
    }
    put(5, 1);
    locate(5);
  }

  @Test
  void anInterruptIsKeptAndNothingIsLost() {
    try {
      for (int key = 0; key < 500; key++) {
        Thread.currentThread().interrupt();
        put(key, key);
        locate(key / 2);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      }
    } finally {
      Thread.interrupted();
    }
    assertThat(shard.runs()).isNotEmpty();
  }

  @Test
  void aDiskThatFailsHasChangedNothing() throws IOException {
    fill(1000);
    Path elsewhere = folder.resolveSibling(folder.getFileName() + "-moved");
    Files.move(folder, elsewhere);
    try {
      // The files that are open are read still, but there can be no new ones.
      assertThatThrownBy(() -> fill(1200))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("cannot be made");
      for (int key = 0; key < 1200; key++) {
        locate(key);
      }
    } finally {
      Files.move(elsewhere, folder);
    }
    fill(1400);
    assertThat(shard.count().keys()).isEqualTo(1400);
  }

  private void fill(int end) {
    for (int key = expected.size(); key < end; key++) {
      put(key, key);
    }
  }

  @Test
  void memoryThatFiltersNeedAndDoNotGetIsSaid() throws IOException {
    fill(200);
    long runs;
    try (Stream<Path> files = Files.list(folder)) {
      runs = files.count();
    }
    // As much as is held: the delta may not become a run, for which a filter would be needed.
    memory.limit(memory.held());
    IndexFullException full = catchThrowableOfType(IndexFullException.class, () -> fill(400));
    assertThat(full.neededBytes()).isPositive();
    assertThat(full.heldBytes()).isEqualTo(memory.held());
    for (int key = 0; key < 400; key++) {
      locate(key);
    }
    assertThat(folder.toFile().list()).hasSize((int) runs);
    memory.limit(Long.MAX_VALUE);
    fill(400);
  }

  @Test
  void deltasWithoutTheirShareAreRefused() {
    make(1, 256 * 40);
    IndexFullException full = catchThrowableOfType(IndexFullException.class, () -> fill(20_000));
    assertThat(full.heldBytes()).isEqualTo(memory.held());
    int filled = expected.size();
    for (int key = 0; key < filled; key++) {
      locate(key);
    }
    shard.clear();
    expected.clear();
    make(1, 256 * 40 + full.neededBytes());
    fill(filled + 1);
    assertThat(filled).isGreaterThan(3000);
  }
}
