package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.IndexFullException;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class RowNumbersTest {

  private final CountedMemory memory = new CountedMemory();
  private final RowNumbers versions = new RowNumbers("a test", memory);

  private void assertKept(LongSupplier drawn, int rows) {
    long[] expected = versions.begin(rows);
    for (int i = 0; i < rows; i++) {
      expected[i] = drawn.getAsLong();
    }
    versions.put(3, expected);
    for (int i = 0; i < rows; i++) {
      assertThat(versions.of(RowLocation.of(3, i))).isEqualTo(expected[i]);
    }
  }

  @Test
  void everyRowHasItsOwn() {
    Random random = new Random(5);
    assertKept(() -> 7, 3);
    assertKept(() -> TableOrder.LOWEST, 3);
    assertKept(() -> random.nextInt(3) == 0 ? TableOrder.LOWEST : 1_700_000_000_000_000L, 50);
    assertKept(random::nextLong, 200);
    assertKept(() -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE + 1, 50);
    assertKept(() -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE, 50);
    assertKept(() -> random.nextBoolean() ? -1 : 1, 50);
    for (int bits = 0; bits < Long.SIZE; bits++) {
      long range = 1L << bits;
      assertKept(
          () ->
              switch (random.nextInt(5)) {
                case 0 -> TableOrder.LOWEST;
                case 1 -> -17;
                case 2 -> -17 + range;
                case 3 -> -18 + range;
                default -> -17 + (random.nextLong() & range - 1);
              },
          100);
    }
  }

  @Test
  void rowsOfOneMomentTakeFewBytes() {
    Random random = new Random(5);
    assertKept(() -> 1_700_000_000_000_000L + random.nextInt(10_000_000), 10_000);
    assertThat(memory.held()).isEqualTo(30_000);
    versions.drop(3);
    assertThat(memory.held()).isZero();
    versions.drop(3);
    assertThat(memory.held()).isZero();
  }

  @Test
  void memoryIsAskedForAndGivenBack() {
    memory.limit(2_000);
    versions.ensureRoom(125);
    assertThat(memory.held()).isZero();
    assertThatThrownBy(() -> versions.ensureRoom(126))
        .isInstanceOfSatisfying(
            IndexFullException.class, e -> assertThat(e.neededBytes()).isEqualTo(2_016));
    long[] some = versions.begin(100);
    assertThatThrownBy(() -> versions.begin(100)).isInstanceOf(IndexFullException.class);
    versions.giveBack(some);
    versions.put(100, versions.begin(100));
    versions.begin(20);
    versions.clear();
    assertThat(memory.held()).isZero();
  }
}
