package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.internal.buffer.DeletedRows;
import org.junit.jupiter.api.Test;

class SegmentsTest {

  private final Segments segments = new Segments();

  @Test
  void aLocationIsASegmentAndAPosition() {
    for (int segment : new int[] {0, 1, 77, RowLocation.MAX_SEGMENT}) {
      for (long position : new long[] {0, 1, 1L << 35, RowLocation.MAX_POSITION}) {
        long location = RowLocation.of(segment, position);
        assertThat(RowLocation.segment(location)).isEqualTo(segment);
        assertThat(RowLocation.position(location)).isEqualTo(position);
        assertThat(location).isNotEqualTo(RowLocation.NONE);
        assertThat(RowLocation.isSeveral(location)).isFalse();
      }
    }
    assertThat(RowLocation.isSeveral(RowLocation.NONE)).isFalse();
    assertThat(RowLocation.isSeveral(RowLocation.several(5))).isTrue();
    assertThat(RowLocation.node(RowLocation.several(Integer.MAX_VALUE)))
        .isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> RowLocation.of(RowLocation.MAX_SEGMENT + 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RowLocation.of(0, RowLocation.MAX_POSITION + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RowLocation.of(-1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBatchBecomesAFileUnderItsNumber() {
    int segment = segments.begin();
    assertThat(segments.isLive(RowLocation.of(segment, 3))).isTrue();
    assertThat(segments.path(segment)).isNull();
    segments.deletedRows(segment, deleted(3));
    assertThat(segments.liveRows()).isZero();
    segments.seal(segment, "a.parquet", 10);
    assertThat(segments.path(segment)).isEqualTo("a.parquet");
    assertThat(segments.segment("a.parquet")).isEqualTo(segment);
    assertThat(segments.rows(segment)).isEqualTo(10);
    assertThat(segments.liveRows()).isEqualTo(9);
    assertThat(segments.isLive(RowLocation.of(segment, 3))).isFalse();
  }

  @Test
  void deletedRowsAreCounted() {
    int segment = segments.add("a.parquet", 10);
    int other = segments.add("b.parquet", 5);
    segments.deletedRows(segment, deleted(1, 2, 3, 4));
    segments.deletedRows(segment, deleted(2, 9));
    assertThat(segments.deadRows(segment)).isEqualTo(2);
    assertThat(segments.deletedRows(segment)).isEqualTo(deleted(2, 9));
    assertThat(segments.isLive(RowLocation.of(segment, 1))).isTrue();
    assertThat(segments.isLive(RowLocation.of(segment, 9))).isFalse();
    assertThat(segments.isLive(RowLocation.of(other, 2))).isTrue();
    assertThat(segments.liveRows()).isEqualTo(13);
    segments.deletedRows(segment, null);
    assertThat(segments.isLive(RowLocation.of(segment, 9))).isTrue();
    assertThat(segments.liveRows()).isEqualTo(15);
    segments.deletedRows(segment, deleted(2, 9));
    segments.retire(segment);
    assertThat(segments.deletedRows(segment)).isNull();
    assertThat(segments.liveRows()).isEqualTo(5);
    assertThatThrownBy(() -> segments.deletedRows(other, deleted(0, 1, 2, 3, 4, 5)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(segments.isLive(RowLocation.of(other, 2))).isTrue();
  }

  @Test
  void aFileThatComesBackGetsANewNumber() {
    int segment = segments.add("a.parquet", 10);
    segments.retire(segment);
    assertThat(segments.isLive(RowLocation.of(segment, 3))).isFalse();
    assertThat(segments.segment("a.parquet")).isEqualTo(-1);
    assertThat(segments.path(segment)).isEqualTo("a.parquet");
    int again = segments.add("a.parquet", 10);
    assertThat(again).isNotEqualTo(segment);
    assertThat(segments.lives(segment)).isFalse();
    assertThat(segments.lives(again)).isTrue();
    assertThat(segments.segment("a.parquet")).isEqualTo(again);
  }

  @Test
  void aMistakeIsToldAndChangesNothing() {
    int segment = segments.add("a.parquet", 10);
    assertThatThrownBy(() -> segments.seal(segment, "b.parquet", 1))
        .isInstanceOf(IllegalStateException.class);
    int open = segments.begin();
    assertThatThrownBy(() -> segments.seal(open, "a.parquet", 1))
        .isInstanceOf(IllegalStateException.class);
    segments.retire(open);
    assertThatThrownBy(() -> segments.retire(open)).isInstanceOf(IllegalStateException.class);
    assertThat(segments.liveRows()).isEqualTo(10);
  }

  @Test
  void thereMayBeMany() {
    for (int i = 0; i < 1000; i++) {
      assertThat(segments.add("file-" + i, i)).isEqualTo(i);
    }
    assertThat(segments.size()).isEqualTo(1000);
    assertThat(segments.liveRows()).isEqualTo(999 * 1000 / 2);
    assertThat(segments.segment("file-700")).isEqualTo(700);
  }

  private static DeletedRows deleted(long... positions) {
    DeletedRows rows = new DeletedRows();
    for (long position : positions) {
      rows.add(position);
    }
    return rows;
  }
}
