package dev.firn.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.internal.buffer.ColumnShape.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionedBatchesTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyPartitionHoldsItsRowsInOrder(long seed) {
    ColumnModel model = new ColumnModel(seed);
    Random random = new Random(seed);
    List<ColumnShape> shapes = List.of(ColumnModel.FLAT.get(2), model.shape(3), model.shape(3));
    PartitionedBatches batches = new PartitionedBatches(shapes);
    Map<Integer, List<List<@Nullable Object>>> expected = new LinkedHashMap<>();
    for (int round = 0; round < 20; round++) {
      RowBatch arrival = new RowBatch(shapes);
      int rows = random.nextInt(60);
      int[] ordinals = new int[rows + random.nextInt(3)]; // may be longer than the batch
      List<Integer> touched = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        List<@Nullable Object> row = new ArrayList<>();
        shapes.forEach(shape -> row.add(model.value(shape)));
        ColumnModel.appendAll(arrival.columns(), row);
        arrival.endRow();
        ordinals[i] = random.nextInt(round == 19 ? 1 : 25);
        expected.computeIfAbsent(ordinals[i], any -> new ArrayList<>()).add(row);
        if (!touched.contains(ordinals[i])) {
          touched.add(ordinals[i]);
        }
      }
      assertThat(batches.scatter(arrival, ordinals)).as("seed %d", seed).isEqualTo(ints(touched));
      if (round % 5 == 4 && !expected.isEmpty()) {
        int taken = expected.keySet().iterator().next();
        assertRows(batches.take(taken), expected.remove(taken));
        assertThat(batches.batch(taken)).isNull();
        assertThat(batches.rows(taken)).isZero();
        assertThat(batches.heapBytes(taken)).isZero();
      }
      long heap = 0;
      for (int ordinal : expected.keySet()) {
        heap += batches.heapBytes(ordinal);
      }
      assertThat(batches.heapBytes()).isEqualTo(heap);
    }
    expected.forEach((ordinal, rows) -> assertRows(batches.take(ordinal), rows));
    assertThat(batches.heapBytes()).isZero();
  }

  private static void assertRows(RowBatch batch, List<List<@Nullable Object>> rows) {
    assertThat(batch.rows()).isEqualTo(rows.size());
    List<List<@Nullable Object>> columns = new ArrayList<>();
    for (Column column : batch.columns()) {
      ColumnModel.assertConsistent(column);
      columns.add(ColumnModel.read(column));
    }
    for (int i = 0; i < rows.size(); i++) {
      for (int c = 0; c < columns.size(); c++) {
        assertThat(columns.get(c).get(i)).isEqualTo(rows.get(i).get(c));
      }
    }
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** 25 columns, 2,000 partitions of ten rows: a few KB each, and counted honestly. */
  @Test
  void thousandsOfOpenPartitionsTakeAFewKilobytesEach() {
    List<ColumnShape> shapes = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      shapes.add(ColumnShape.of(i % 5 == 0 ? Kind.BYTES : i % 2 == 0 ? Kind.LONG : Kind.INT));
    }
    RowBatch arrival = new RowBatch(shapes);
    int[] ordinals = new int[20_000];
    byte[] text = new byte[20];
    for (int i = 0; i < ordinals.length; i++) {
      for (Column column : arrival.columns()) {
        if (column instanceof BytesColumn strings) {
          strings.append(text, 0, text.length);
        } else if (column instanceof LongColumn longs) {
          longs.append(i);
        } else {
          ((IntColumn) column).append(i);
        }
      }
      arrival.endRow();
      ordinals[i] = i * 7 % 2_000;
    }
    PartitionedBatches batches = new PartitionedBatches(shapes);
    assertThat(batches.scatter(arrival, ordinals)).hasSize(2_000);
    assertThat(batches.heapBytes()).isBetween(2_000L * 2_000, 2_000L * 6_000);
    batches.clear();
    assertThat(batches.heapBytes()).isZero();
    assertThat(batches.batch(0)).isNull();
  }

  @Test
  void aPartitionThatIsNotOpenCannotBeTaken() {
    PartitionedBatches batches = new PartitionedBatches(List.of());
    assertThatThrownBy(() -> batches.take(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("partition 3 is not open");
  }
}
