package dev.firn.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {

  @TempDir Path folder;
  private RunDirectory directory;

  @BeforeEach
  void open() {
    directory = RunDirectory.open(folder);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  private RunSummary write(int words, int keys) {
    try (RunWriter writer = directory.write(words)) {
      for (int k = 0; k < keys; k++) {
        for (int e = 0; e <= k % 3; e++) {
          writer.append(first(k), second(words, k), value(k, e));
        }
      }
      return writer.finish();
    }
  }

  /** Each word twice, so that in runs of two words the second one counts. */
  private static long first(int key) {
    return (key / 2) * 0x0002_0000_0001_0003L;
  }

  private static long second(int words, int key) {
    return words == 1 ? 0 : key % 2 == 0 ? 5 : -5;
  }

  private static long value(int key, int entry) {
    return key * 10L + entry;
  }

  @Test
  void whatWasWrittenIsReadInOrder() {
    for (int words = 1; words <= 2; words++) {
      RunSummary summary = write(words, 5000);
      assertThat(summary.entries()).isEqualTo(9999);
      assertThat(summary.keys()).isEqualTo(words == 1 ? 2500 : 5000);
      assertThat(summary.blocks()).isEqualTo(words == 1 ? 40 : 59);
      try (RunScan scan = directory.scan(summary)) {
        assertEntries(words, scan);
      }
      Run run = directory.open(summary);
      assertEntries(words, run.scan());
      directory.discard(run);
    }
  }

  private static void assertEntries(int words, SortedEntries entries) {
    for (int k = 0; k < 5000; k++) {
      for (int e = 0; e <= k % 3; e++) {
        assertThat(entries.next()).isTrue();
        assertThat(entries.first()).isEqualTo(first(k));
        assertThat(entries.second()).isEqualTo(second(words, k));
        assertThat(entries.value()).isEqualTo(value(k, e));
      }
    }
    assertThat(entries.next()).isFalse();
  }

  @Test
  void eachKeyIsFoundWithAllItsEntriesAndNoOther() {
    Run run = directory.open(write(2, 5000));
    RunCursor cursor = new RunCursor(run);
    for (int k = 0; k < 5000; k++) {
      assertThat(cursor.seek(first(k), second(2, k))).isTrue();
      for (int e = 0; e <= k % 3; e++) {
        assertThat(cursor.value()).isEqualTo(value(k, e));
        assertThat(cursor.next()).isEqualTo(e < k % 3);
      }
      assertThat(cursor.seek(first(k), 6)).isFalse();
      assertThat(cursor.seek(first(k) + 1, 5)).isFalse();
    }
    assertThat(cursor.seek(-1, -1)).isFalse();
    directory.discard(run);
    assertThat(folder).isDirectoryNotContaining("glob:**.run");
  }

  @Test
  void aRunMayBeEmpty() {
    Run run = directory.open(write(1, 0));
    assertThat(new RunCursor(run).seek(0, 0)).isFalse();
    assertThat(run.scan().next()).isFalse();
    directory.discard(run);
  }

  @Test
  void noBitIsWrongUnseen() throws IOException {
    Random random = new Random(5);
    RunSummary summary = write(1, 1000);
    Path file = directory.file(summary.number());
    byte[] right = Files.readAllBytes(file);
    for (int i = 0; i < 300; i++) {
      byte[] wrong = right.clone();
      wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, wrong);
      assertDamaged(summary);
    }
    Files.write(file, Arrays.copyOf(right, right.length - 1));
    assertDamaged(summary);
    byte[] swapped = right.clone();
    System.arraycopy(right, 0, swapped, Block.BYTES, Block.BYTES);
    System.arraycopy(right, Block.BYTES, swapped, 0, Block.BYTES);
    Files.write(file, swapped);
    assertDamaged(summary);
    Files.write(directory.file(77), right);
    assertDamaged(
        new RunSummary(
            77, 1, summary.keys(), summary.entries(), summary.blocks(), summary.check()));
    Files.write(file, right);
    directory.discard(directory.open(summary));
  }

  private void assertDamaged(RunSummary summary) {
    assertThatThrownBy(() -> directory.open(summary))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    RunSummary summary = write(1, 10);
    directory.drop(summary);
    assertThatThrownBy(() -> directory.open(summary))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot be opened");
  }

  @Test
  void whatIsNotFinishedIsDeleted() {
    try (RunWriter writer = directory.write(1)) {
      writer.append(1, 0, 2);
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.run");
  }

  @Test
  void runsAreKeptWhileTheyAreOpenOrNamed() {
    Run open = directory.open(write(1, 10));
    RunSummary named = write(1, 10);
    RunSummary both = write(1, 10);
    RunSummary none = write(1, 10);
    Run bothOpen = directory.open(both);
    directory.keep(Set.of(named.number(), both.number()));
    assertThat(directory.file(none.number())).doesNotExist();
    directory.discard(bothOpen);
    directory.discard(open);
    assertThat(directory.file(open.summary().number())).doesNotExist();
    assertThat(directory.file(both.number())).exists();
    assertThat(directory.file(named.number())).exists();
  }

  @Test
  void numbersAreNotUsedAgain() {
    RunSummary before = write(1, 10);
    directory.close();
    directory = RunDirectory.open(folder);
    assertThat(write(1, 10).number()).isGreaterThan(before.number());
    directory.discard(directory.open(before));
    assertThat(directory.file(before.number())).exists();
  }

  @Test
  void aDirectoryIsForOne() {
    assertThatThrownBy(() -> RunDirectory.open(folder))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is in use by another writer");
  }

  @Test
  void aFilterIsWrongAboutOneInAHundred() {
    Random random = new Random(3);
    KeyFilter filter = new KeyFilter(100_000);
    long[] words = random.longs(100_000).map(word -> word >>> 8).toArray();
    for (long word : words) {
      filter.add(word);
    }
    assertThat(Arrays.stream(words).allMatch(filter::mayHold)).isTrue();
    long wrong = random.longs(100_000).map(word -> word >>> 8).filter(filter::mayHold).count();
    assertThat(wrong).isBetween(100L, 1600L);
    assertThat(KeyFilter.heapBytes(100_000)).isBetween(125_000L, 126_000L);
  }
}
