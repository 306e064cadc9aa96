package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.runs.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexCheckpointTest {

  private static final byte[] HEADER = {1, 2, 3};
  private static final int UNIVERSE = 20_000;

  @TempDir Path folder;
  private RunDirectory directory;
  private final Random random = new Random(11);

  @BeforeEach
  void open() {
    directory = RunDirectory.open(folder);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  private void reopen() {
    directory.close();
    directory = RunDirectory.open(folder);
  }

  private KeyIndex index(boolean tiered, KeyClass keyClass, CountedMemory memory) {
    return tiered
        ? TieredIndexTest.index(keyClass, memory, 250_000, directory)
        : new MemoryIndex(keyClass, memory);
  }

  private IndexModel model(boolean tiered, KeyClass keyClass) {
    return new IndexModel(keyClass, random, memory -> index(tiered, keyClass, memory));
  }

  /** The files that the model's locations are in. */
  private static Segments segments() {
    Segments segments = new Segments();
    for (int s = 0; s < 40; s++) {
      segments.add("file-" + s, 1 << 20);
    }
    return segments;
  }

  private Optional<Segments> restore(KeyIndex index) {
    return IndexCheckpoint.read(directory).flatMap(checkpoint -> checkpoint.restoreTo(index));
  }

  @ParameterizedTest
  @CsvSource({"K64, false", "K128, false", "KH, false", "K64, true", "K128, true", "KH, true"})
  void anIndexIsWhatItWas(KeyClass keyClass, boolean tiered) {
    IndexModel model = model(tiered, keyClass);
    Segments segments = segments();
    for (int life = 0; life < 2; life++) {
      for (int step = 0; step < 8; step++) {
        model.step(random, UNIVERSE);
      }
      IndexCheckpoint.write(directory, HEADER, segments, model.index);
      // What comes after is lost with the process, and the index's files with it.
      KeyIndex lost = index(tiered, keyClass, new CountedMemory());
      model.index.close();
      lost.close();
      reopen();
      model.index = index(tiered, keyClass, model.memory);
      assertThat(IndexCheckpoint.read(directory).orElseThrow().header()).isEqualTo(HEADER);
      assertThat(restore(model.index)).isPresent();
      model.goOnWith(model.index);
    }
    model.clear();
  }

  @Test
  void whatAnIndexHasInMemoryAloneMayBeSpilledWhenItIsRestored() {
    IndexModel model = model(false, KeyClass.K64);
    model.put(random.ints(40_000, 0, 60_000).toArray(), new long[40_000]);
    model.add(random.ints(10_000, 0, 60_000).toArray(), new long[10_000], location -> true);
    IndexCheckpoint.write(directory, HEADER, segments(), model.index);
    model.index.close();
    KeyIndex tiered = index(true, KeyClass.K64, model.memory);
    assertThat(restore(tiered)).isPresent();
    assertThat(runFiles()).hasSizeGreaterThan(1);
    model.goOnWith(tiered);
    IndexCheckpoint.write(directory, HEADER, segments(), tiered);
    tiered.close();
    // The other way there is none, for an index in memory has no place for runs.
    MemoryIndex memory = new MemoryIndex(KeyClass.K64, new CountedMemory());
    assertThat(restore(memory)).isEmpty();
    assertThat(memory.entries()).isZero();
    assertThat(runFiles()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofADeadRowNothingIsLeft(boolean tiered) {
    IndexModel model = model(tiered, KeyClass.K64);
    for (int step = 0; step < 12; step++) {
      model.step(random, UNIVERSE);
    }
    Segments segments = segments();
    segments.retire(7);
    segments.retire(39);
    DeletedRows deleted = new DeletedRows();
    model.expected.values().stream()
        .flatMap(List::stream)
        .filter(location -> RowLocation.segment(location) == 3)
        .limit(20)
        .forEach(location -> deleted.add(RowLocation.position(location)));
    segments.deletedRows(3, deleted);
    IndexCheckpoint.write(directory, HEADER, segments, model.index);
    model.index.close();
    KeyIndex index = index(tiered, KeyClass.K64, model.memory);
    Segments restored = restore(index).orElseThrow();
    model.index = index;
    if (tiered) {
      assertThat(index.entries()).isGreaterThan(index.countLive(restored));
    } else {
      assertThat(index.entries()).isEqualTo(index.countLive(restored));
    }
    model.sweep(restored);
    model.goOnWith(index);
  }

  @Test
  void segmentsKeepTheirNumbers() {
    Segments segments = new Segments();
    segments.retire(segments.add("gone", 10));
    int second = segments.add("s3://bucket/\u00e9", 1000);
    int open = segments.begin();
    int last = segments.add("b", 5);
    segments.retire(segments.begin());
    DeletedRows deleted = new DeletedRows();
    deleted.add(0);
    deleted.add(999);
    segments.deletedRows(second, deleted);
    MemoryIndex index = new MemoryIndex(KeyClass.KH, new CountedMemory());
    IndexCheckpoint.write(directory, new byte[0], segments, index);
    Segments restored = restore(index).orElseThrow();
    assertThat(restored.size()).isEqualTo(segments.size());
    assertThat(restored.segment("s3://bucket/\u00e9")).isEqualTo(second);
    assertThat(restored.segment("b")).isEqualTo(last);
    assertThat(restored.segment("gone")).isEqualTo(-1);
    assertThat(restored.lives(0)).isFalse();
    assertThat(restored.lives(open)).isFalse();
    assertThat(restored.deletedRows(second)).isEqualTo(deleted);
    assertThat(restored.deletedRows(last)).isNull();
    assertThat(restored.rows(second)).isEqualTo(1000);
    assertThat(restored.liveRows()).isEqualTo(segments.liveRows()).isEqualTo(1003);
    assertThat(restored.begin()).isEqualTo(5);
  }

  /** Any byte of any file: then there is no checkpoint, and never another index. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noByteIsWrongUnseen(boolean tiered) throws IOException {
    IndexModel model = model(tiered, KeyClass.K128);
    for (int step = 0; step < 12; step++) {
      model.step(random, UNIVERSE);
    }
    IndexCheckpoint.write(directory, HEADER, segments(), model.index);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> !file.endsWith("lock")).sorted().toList();
    }
    byte[][] right = new byte[files.size()][];
    for (int f = 0; f < right.length; f++) {
      right[f] = Files.readAllBytes(files.get(f));
    }
    model.index = new MemoryIndex(KeyClass.K128, new CountedMemory()); // as if the process had died
    for (int i = 0; i < (tiered ? 30 : 200); i++) {
      for (int f = 0; f < right.length; f++) {
        Files.write(files.get(f), right[f]);
      }
      reopen();
      int wrong =
          i % 3 == 0 ? files.indexOf(folder.resolve("checkpoint")) : random.nextInt(files.size());
      spoil(files.get(wrong), right[wrong], i);
      CountedMemory memory = new CountedMemory();
      KeyIndex index = index(tiered, KeyClass.K128, memory);
      assertThat(restore(index)).as("file %s, round %d", files.get(wrong), i).isEmpty();
      assertThat(index.entries()).isZero();
      assertThat(memory.held()).isZero();
      assertThat(runFiles()).isEmpty();
    }
  }

  private void spoil(Path file, byte[] right, int round) throws IOException {
    byte[] wrong = right.clone();
    int at = random.nextInt(wrong.length);
    switch (round % 5) {
      case 0 -> wrong = Arrays.copyOf(right, at);
      case 1 -> wrong = Arrays.copyOf(right, right.length + 1 + at);
      case 2 -> wrong[at] += (byte) (1 + random.nextInt(255));
      case 3 -> Arrays.fill(wrong, at, Math.min(wrong.length, at + 100), (byte) ~wrong[at]);
      default -> wrong[at] ^= (byte) (1 << random.nextInt(8));
    }
    Files.write(file, wrong);
    if (round % 25 == 0) {
      Files.delete(file);
      if (file.endsWith("checkpoint")) {
        return;
      }
      assertThat(IndexCheckpoint.read(directory)).isPresent();
    }
  }

  @Test
  void keysOfAnotherClassAreNoCheckpoint() {
    MemoryIndex index = new MemoryIndex(KeyClass.K128, new CountedMemory());
    IndexCheckpoint.write(directory, HEADER, segments(), index);
    assertThat(restore(new MemoryIndex(KeyClass.KH, new CountedMemory()))).isEmpty();
  }

  @Test
  void withoutACheckpointNoRunIsLeft() {
    IndexModel model = model(true, KeyClass.K64);
    model.step(random, UNIVERSE);
    model.put(random.ints(20_000).toArray(), new long[20_000]);
    assertThat(runFiles()).isNotEmpty();
    reopen();
    assertThat(IndexCheckpoint.read(directory)).isEmpty();
    assertThat(runFiles()).isEmpty();
  }

  @Test
  void aCheckpointThatFailsLeavesTheOneBefore() throws IOException {
    IndexModel model = model(true, KeyClass.K64);
    model.step(random, UNIVERSE);
    IndexCheckpoint.write(directory, HEADER, segments(), model.index);
    int[] before = model.expected.keySet().stream().mapToInt(Integer::intValue).toArray();
    long entries = model.index.entries();
    Files.createDirectory(folder.resolve("checkpoint.tmp"));
    model.step(random, UNIVERSE);
    assertThatThrownBy(() -> IndexCheckpoint.write(directory, HEADER, segments(), model.index))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot be written");
    model.index.close();
    Files.delete(folder.resolve("checkpoint.tmp"));
    reopen();
    KeyIndex index = index(true, KeyClass.K64, new CountedMemory());
    assertThat(restore(index)).isPresent();
    assertThat(index.entries()).isEqualTo(entries);
    assertThat(before).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anIndexThatFindsNoMemoryIsEmptyAndSaysSo(boolean tiered) {
    IndexModel model = model(tiered, KeyClass.K64);
    model.put(random.ints(50_000).toArray(), new long[50_000]);
    IndexCheckpoint.write(directory, HEADER, segments(), model.index);
    model.index.close();
    CountedMemory memory = model.memory;
    KeyIndex index = index(tiered, KeyClass.K64, memory);
    memory.limit(10_000);
    assertThatThrownBy(() -> restore(index)).isInstanceOf(IndexFullException.class);
    assertThat(memory.held()).isZero();
    memory.limit(Long.MAX_VALUE);
    assertThat(restore(index)).isPresent();
    model.goOnWith(index);
  }

  private List<String> runFiles() {
    return Stream.of(folder.toFile().list()).filter(name -> name.endsWith(".run")).toList();
  }
}
