package dev.firn.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.internal.buffer.ColumnShape.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnTest {

  /** Every flat shape, each as field, element and entry, and random deeper ones. */
  static Stream<Arguments> shapes() {
    Stream<ColumnShape> nested =
        ColumnModel.FLAT.stream()
            .flatMap(
                shape ->
                    Stream.of(
                        ColumnShape.nested(Kind.STRUCT, List.of(shape, shape)),
                        ColumnShape.nested(Kind.LIST, List.of(shape)),
                        ColumnShape.nested(Kind.MAP, List.of(ColumnModel.FLAT.get(1), shape))));
    Stream<ColumnShape> deep =
        LongStream.range(0, 20).mapToObj(seed -> new ColumnModel(seed).shape(4));
    return Stream.of(ColumnModel.FLAT.stream(), nested, deep)
        .flatMap(shapes -> shapes)
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void aColumnHoldsWhatAListWouldHold(ColumnShape shape) {
    for (long seed = 0; seed < 6; seed++) {
      ColumnModel model = new ColumnModel(seed);
      Random random = new Random(seed);
      Column column = shape.newColumn();
      List<@Nullable Object> expected = new ArrayList<>();
      for (int step = 0; step < 150; step++) {
        switch (random.nextInt(12)) {
          case 0 -> {
            int size = random.nextInt(expected.size() + 1);
            column.truncate(size);
            expected.subList(size, expected.size()).clear();
          }
          case 1 -> {
            // A value that is begun and never ended leaves no trace.
            Object value = model.value(shape);
            if (value != null && !shape.children().isEmpty()) {
              ColumnModel.begin(column, value);
            }
            column.truncate(expected.size());
          }
          case 2 -> {
            // Nor when a null follows.
            Object value = model.value(shape);
            if (value != null && !shape.children().isEmpty()) {
              ColumnModel.begin(column, value);
            }
            column.appendNull();
            expected.add(null);
          }
          case 3 -> {
            Column other = filled(shape, model, 30, new ArrayList<>());
            List<@Nullable Object> values = ColumnModel.read(other);
            int from = random.nextInt(31);
            int to = from + random.nextInt(31 - from);
            column.appendRange(other, from, to);
            expected.addAll(values.subList(from, to));
          }
          case 4 -> {
            Column other = filled(shape, model, 30, new ArrayList<>());
            int[] rows = random.ints(20, 0, 30).toArray();
            int from = random.nextInt(20);
            int to = from + random.nextInt(20 - from);
            column.appendFrom(other, rows, from, to);
            List<@Nullable Object> values = ColumnModel.read(other);
            for (int k = from; k < to; k++) {
              expected.add(values.get(rows[k]));
            }
          }
          default -> {
            Object value = model.value(shape);
            ColumnModel.append(column, value);
            expected.add(value);
          }
        }
        assertThat(column.size()).isEqualTo(expected.size());
      }
      assertThat(ColumnModel.read(column)).as("seed %d of %s", seed, shape).isEqualTo(expected);
      ColumnModel.assertConsistent(column);
    }
  }

  private static Column filled(
      ColumnShape shape, ColumnModel model, int slots, List<@Nullable Object> values) {
    Column column = shape.newColumn();
    for (int i = 0; i < slots; i++) {
      Object value = model.value(shape);
      ColumnModel.append(column, value);
      values.add(value);
    }
    return column;
  }

  @Test
  void rowsAreTakenInTheOrderThatIsAsked() {
    LongColumn source = new LongColumn();
    for (long i = 0; i < 10; i++) {
      source.append(i);
    }
    LongColumn column = new LongColumn();
    column.appendFrom(source, new int[] {9, 3, 4, 5, 0, 0}, 0, 6);
    column.appendFrom(source, new int[] {9, 3, 4, 5, 0, 0}, 1, 4);
    column.appendFrom(source, new int[] {9}, 1, 1);
    assertThat(ColumnModel.read(column)).containsExactly(9L, 3L, 4L, 5L, 0L, 0L, 3L, 4L, 5L);
  }

  @Test
  void aValueWrittenInPlaceIsASlotOnceItIsEnded() {
    BytesColumn column = new BytesColumn();
    column.append(new byte[] {1, 2, 3}, 1, 2);
    byte[] room = column.room(100);
    room[column.used()] = 7;
    column.room(1000)[column.used() + 1] = 8;
    column.endSlot(column.used() + 2);
    column.room(5);
    column.append(new byte[0], 0, 0);
    assertThat(ColumnModel.read(column))
        .containsExactly(List.of((byte) 2, (byte) 3), List.of((byte) 7, (byte) 8), List.<Byte>of());
  }

  @Test
  void heapIsCountedAndGrowsByHalf() {
    LongColumn column = new LongColumn();
    long empty = column.heapBytes();
    column.append(1);
    assertThat(column.heapBytes() - empty).isEqualTo(8L * Column.INITIAL_SLOTS);
    for (int i = 0; i < 10_000; i++) {
      column.append(i);
    }
    assertThat(column.heapBytes()).isBetween(80_000L, 130_000L);
    column.appendNull();
    assertThat(column.heapBytes()).isGreaterThan(column.size() / 8);
  }

  @Test
  void aColumnOfNothingHasNoValues() {
    NothingColumn column = new NothingColumn();
    column.appendNull();
    assertThat(column.nullCount()).isEqualTo(1);
    assertThatThrownBy(() -> new RowBatch(List.of()).columns().add(column))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
