package dev.firn.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeletedRowsTest {

  /** Runs of deleted rows and of others, of all lengths, against a plain set. */
  @Test
  void whatIsLeftIsWhatIsNotDeleted() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      DeletedRows deleted = new DeletedRows();
      BitSet expected = new BitSet();
      int rows = 1 + random.nextInt(300);
      for (int row = 0; row < rows; ) {
        int run = Math.min(rows - row, random.nextInt(1 + random.nextInt(60)));
        if (random.nextBoolean()) {
          IntStream.range(row, row + run).forEach(deleted::add);
          expected.set(row, row + run);
        }
        row += run;
        row += run == 0 ? 1 : 0;
      }
      int from = random.nextInt(rows);
      int count = random.nextInt(rows - from + 1);
      assertThat(deleted.othersFrom(from, count))
          .containsExactly(
              IntStream.range(0, count).filter(i -> !expected.get(from + i)).toArray());
      assertThat(deleted.countBefore(from)).isEqualTo(expected.get(0, from).cardinality());
    }
  }
}
