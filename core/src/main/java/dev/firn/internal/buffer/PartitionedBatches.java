package dev.firn.internal.buffer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One {@link RowBatch} per open partition, filled from arrival batches. Hot.
 *
 * <p>Partitions are known by small ordinals. The rows of an arrival batch are sorted by ordinal
 * once (a counting sort, which keeps their order within a partition); then column after column
 * hands each partition its rows, so that one source column at a time is in the cache and thousands
 * of open partitions cost no look-up per value. Not thread-safe.
 */
public final class PartitionedBatches {

  /** A batch without any column, and its place here, about. */
  private static final int EMPTY_BATCH_BYTES = 128;

  private final List<ColumnShape> shapes;
  private final List<@Nullable RowBatch> batches = new ArrayList<>();

  /** Heap bytes of each open batch as last counted, by ordinal. */
  private long[] sizes = {};

  private long heapBytes;

  // Scratch of scatter, kept between calls. Counts are all 0 between calls.
  private int[] counts = {};
  private int[] touched = {};
  private int[] rows = {};

  /** Without open partitions; rows will be of {@code shapes}. */
  public PartitionedBatches(List<ColumnShape> shapes) {
    this.shapes = List.copyOf(shapes);
  }

  /**
   * Adds row {@code i} of {@code arrival} to the partition {@code ordinals[i]}, opening it if need
   * be. {@code ordinals} may be longer than the batch.
   *
   * @return the ordinals that got rows, each once, in order of first appearance
   */
  public int[] scatter(RowBatch arrival, int[] ordinals) {
    int touchedCount = sortRows(arrival.rows(), ordinals);
    for (int t = 0; t < touchedCount; t++) {
      open(touched[t]);
    }
    List<Column> sources = arrival.columns();
    for (int c = 0; c < sources.size(); c++) {
      Column source = sources.get(c);
      int from = 0;
      for (int t = 0; t < touchedCount; t++) {
        int to = counts[touched[t]];
        opened(touched[t]).columns().get(c).appendFrom(source, rows, from, to);
        from = to;
      }
    }
    int from = 0;
    for (int t = 0; t < touchedCount; t++) {
      int ordinal = touched[t];
      opened(ordinal).endRows(counts[ordinal] - from);
      from = counts[ordinal];
      counts[ordinal] = 0;
      recount(ordinal);
    }
    return Arrays.copyOf(touched, touchedCount);
  }

  /**
   * Fills {@code rows} with row numbers, partition by partition; {@code counts} of a partition is
   * then where its run ends.
   *
   * @return how many ordinals {@code touched} lists
   */
  private int sortRows(int rowCount, int[] ordinals) {
    int touchedCount = 0;
    for (int i = 0; i < rowCount; i++) {
      int ordinal = ordinals[i];
      if (ordinal >= counts.length) {
        counts = Arrays.copyOf(counts, Column.grown(counts.length, ordinal + 1));
      }
      if (counts[ordinal]++ == 0) {
        if (touchedCount == touched.length) {
          touched = Arrays.copyOf(touched, Column.grown(touchedCount, touchedCount + 1));
        }
        touched[touchedCount++] = ordinal;
      }
    }
    int start = 0;
    for (int t = 0; t < touchedCount; t++) {
      int count = counts[touched[t]];
      counts[touched[t]] = start;
      start += count;
    }
    if (rowCount > rows.length) {
      rows = new int[rowCount];
    }
    for (int i = 0; i < rowCount; i++) {
      rows[counts[ordinals[i]]++] = i;
    }
    return touchedCount;
  }

  private void open(int ordinal) {
    while (batches.size() <= ordinal) {
      batches.add(null);
    }
    if (ordinal >= sizes.length) {
      sizes = Arrays.copyOf(sizes, Column.grown(sizes.length, ordinal + 1));
    }
    if (batches.get(ordinal) == null) {
      batches.set(ordinal, new RowBatch(shapes));
    }
  }

  private RowBatch opened(int ordinal) {
    RowBatch batch = batch(ordinal);
    if (batch == null) {
      throw new IllegalStateException("partition " + ordinal + " is not open");
    }
    return batch;
  }

  private void recount(int ordinal) {
    long now = EMPTY_BATCH_BYTES + opened(ordinal).heapBytes();
    heapBytes += now - sizes[ordinal];
    sizes[ordinal] = now;
  }

  /** The open batch of a partition, or null if it has none; not to be changed. */
  public @Nullable RowBatch batch(int ordinal) {
    return ordinal < batches.size() ? batches.get(ordinal) : null;
  }

  /** Rows in the open batch of a partition. */
  public int rows(int ordinal) {
    RowBatch batch = batch(ordinal);
    return batch == null ? 0 : batch.rows();
  }

  /** Heap bytes of the open batch of a partition. */
  public long heapBytes(int ordinal) {
    return ordinal < sizes.length ? sizes[ordinal] : 0;
  }

  /** Heap bytes of all open batches. */
  public long heapBytes() {
    return heapBytes;
  }

  /** Hands on the batch of an open partition, which has none afterwards. */
  public RowBatch take(int ordinal) {
    RowBatch batch = opened(ordinal);
    batches.set(ordinal, null);
    heapBytes -= sizes[ordinal];
    sizes[ordinal] = 0;
    return batch;
  }

  /** Drops all batches, so that ordinals may start anew. */
  public void clear() {
    batches.clear();
    sizes = new long[0];
    heapBytes = 0;
  }
}
