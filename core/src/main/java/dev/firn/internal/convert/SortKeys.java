package dev.firn.internal.convert;

import dev.firn.internal.buffer.RowBatch;
import java.util.List;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Types.NestedField;

/**
 * In which order the rows of a batch stand under a table's sort order: as {@code
 * SortOrderComparators} would have it, computed on columns. Not thread-safe.
 *
 * <p>While {@link #order} runs it takes about 16 bytes a row and sort field beside the batch.
 */
public final class SortKeys {

  /** Runs up to this long are sorted by insertion before they are merged. */
  private static final int INSERTION_ROWS = 16;

  private final Schema schema;
  private final List<SortField> fields;

  private SortKeys(SortOrder order, Schema schema) {
    this.schema = schema;
    // A void field makes all rows equal.
    this.fields = order.fields().stream().filter(field -> !field.transform().isVoid()).toList();
    newKeys();
  }

  /**
   * The keys of {@code order} for batches of {@code schema}'s columns.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if a transform is not known, or its source
   *     column does not exist
   */
  public static SortKeys of(SortOrder order, Schema schema) {
    return new SortKeys(order, schema);
  }

  /**
   * The rows of {@code batch} in order: element {@code i} is the row that comes {@code i}-th. Rows
   * with equal keys keep their order.
   */
  public int[] order(RowBatch batch) {
    int[] rows = new int[batch.rows()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    if (!fields.isEmpty()) {
      KeyColumn[] keys = newKeys();
      for (KeyColumn key : keys) {
        key.read(batch);
      }
      new Sorting(fields, keys).sort(rows);
    }
    return rows;
  }

  /** New for each batch, so that nothing as large as a batch is held between. */
  private KeyColumn[] newKeys() {
    return fields.stream()
        .map(field -> new KeyColumn(schema, field.sourceId(), field.transform(), nameOf(field)))
        .toArray(KeyColumn[]::new);
  }

  private String nameOf(SortField field) {
    NestedField source = schema.findField(field.sourceId());
    return source == null ? String.valueOf(field.sourceId()) : source.name();
  }

  /** One merge sort over row numbers. */
  private static final class Sorting {

    private final KeyColumn[] keys;
    private final boolean[] descending;
    private final boolean[] nullsFirst;

    Sorting(List<SortField> fields, KeyColumn[] keys) {
      this.keys = keys;
      this.descending = new boolean[keys.length];
      this.nullsFirst = new boolean[keys.length];
      for (int i = 0; i < keys.length; i++) {
        descending[i] = fields.get(i).direction() == SortDirection.DESC;
        nullsFirst[i] = fields.get(i).nullOrder() == NullOrder.NULLS_FIRST;
      }
    }

    private int compare(int a, int b) {
      for (int i = 0; i < keys.length; i++) {
        KeyColumn key = keys[i];
        if (key.hasNulls()) {
          boolean aNull = key.isNull(a);
          if (aNull != key.isNull(b)) {
            return aNull == nullsFirst[i] ? -1 : 1;
          }
          if (aNull) {
            continue;
          }
        }
        int order = key.compare(a, b);
        if (order != 0) {
          return (order < 0) == descending[i] ? 1 : -1;
        }
      }
      return 0;
    }

    void sort(int[] rows) {
      for (int from = 0; from < rows.length; from += INSERTION_ROWS) {
        insert(rows, from, Math.min(from + INSERTION_ROWS, rows.length));
      }
      int[] source = rows;
      int[] target = new int[rows.length];
      for (long width = INSERTION_ROWS; width < rows.length; width *= 2) {
        for (long from = 0; from < rows.length; from += 2 * width) {
          merge(
              source,
              target,
              (int) from,
              (int) Math.min(from + width, rows.length),
              (int) Math.min(from + 2 * width, rows.length));
        }
        int[] swap = source;
        source = target;
        target = swap;
      }
      if (source != rows) {
        System.arraycopy(source, 0, rows, 0, rows.length);
      }
    }

    private void insert(int[] rows, int from, int to) {
      for (int i = from + 1; i < to; i++) {
        int row = rows[i];
        int k = i;
        while (k > from && compare(rows[k - 1], row) > 0) {
          rows[k] = rows[k - 1];
          k--;
        }
        rows[k] = row;
      }
    }

    private void merge(int[] source, int[] target, int from, int middle, int to) {
      if (middle == to || compare(source[middle - 1], source[middle]) <= 0) {
        System.arraycopy(source, from, target, from, to - from); // in order already
        return;
      }
      int left = from;
      int right = middle;
      for (int i = from; i < to; i++) {
        if (left < middle && (right == to || compare(source[left], source[right]) <= 0)) {
          target[i] = source[left++];
        } else {
          target[i] = source[right++];
        }
      }
    }
  }
}
