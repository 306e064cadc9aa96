package dev.firn.internal.encode;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.parquet.ColumnChunk;
import dev.firn.internal.parquet.ColumnEncoder;
import dev.firn.internal.parquet.LeafSlice;
import dev.firn.internal.parquet.RowGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.GeometryFieldMetrics;
import org.jspecify.annotations.Nullable;

/**
 * One data file of one partition, from the first batch to the sealed file. Hot.
 *
 * <p>Batches become compressed pages at once and stay in memory, column by column, row group by row
 * group. Nothing is written before {@link #seal}, which writes the whole file in one go; if the
 * storage fails, everything is still here and {@code seal} may be called again.
 *
 * <p>Columns do not know each other, so the {@link Crew} of the settings may encode some of them
 * while the caller encodes others; after {@link #begin} also while the caller does something else.
 * One caller at a time. An encoder that threw anything but a {@link StorageException} is not to be
 * used again.
 */
public final class DataFileEncoder {

  /** Objects per column that are there before the first page. */
  private static final int COLUMN_OVERHEAD_BYTES = 512;

  /** What a column adds to the footer of a file, per row group; measured at 150 to 400. */
  private static final int FOOTER_BYTES_PER_COLUMN = 256;

  private final EncodeSettings settings;
  private final Partition partition;

  /** One per leaf, from the first row on. */
  private ColumnEncoder @Nullable [] encoders;

  /** Per leaf; null where it is no geometry. */
  private final GeometryFieldMetrics.@Nullable Builder[] shapes;

  /** Per leaf: what its last page took. */
  private final long[] nanos;

  /** Rows that are being encoded; null between {@link #finish} and the next {@link #begin}. */
  private @Nullable ColumnWork underWay;

  private int rowsUnderWay;

  private List<RowGroup> groups = new ArrayList<>();
  private long closedHeldBytes;
  private long closedFileBytes;
  private long groupRows;
  private long rows;
  private long heldBytes;
  private long fileBytes;
  private long groupBytes;
  private boolean sealed;

  public DataFileEncoder(EncodeSettings settings, Partition partition) {
    this.settings = settings;
    this.partition = partition;
    this.shapes = settings.newShapes();
    this.nanos = new long[settings.leaves().size()];
  }

  /** Adds all rows of {@code batch}, which is not kept. */
  public void add(RowBatch batch) {
    begin(batch);
    finish();
  }

  /** Adds the rows {@code order[0], order[1], ...} of {@code batch}, which is not kept. */
  public void add(RowBatch batch, int[] order) {
    begin(batch, order, order.length);
    finish();
  }

  /**
   * As {@link #add(RowBatch)}, but if there are helpers this may return before the rows are
   * encoded; {@code batch} must not change before {@link #finish} has returned.
   */
  public void begin(RowBatch batch) {
    begin(batch, null, batch.rows());
  }

  private void begin(RowBatch batch, int @Nullable [] order, int count) {
    if (sealed) {
      throw new IllegalStateException("the file is sealed");
    }
    for (int from = 0; from < count; ) {
      finish();
      int to = from + sliceRows(batch, count - from);
      beginSlice(batch, order, from, to);
      from = to;
    }
  }

  /**
   * How many rows to encode before the size of the row group is looked at again: a page, or as many
   * as the row group still takes, going by the rows it has or, for want of any, by their size in
   * memory.
   */
  private int sliceRows(RowBatch batch, int left) {
    int most = Math.min(left, settings.properties().pageRows);
    long limit = settings.properties().rowGroupBytes;
    double bytesPerRow =
        groupRows > 0
            ? (double) groupBytes / groupRows
            : (double) batch.heapBytes() / Math.max(1, batch.rows());
    double fit = (limit - groupBytes) / Math.max(bytesPerRow, 0.01);
    if (fit >= most) {
      return most;
    }
    return Math.min(most, Math.max((int) fit, settings.properties().rowGroupCheckRows));
  }

  private void beginSlice(RowBatch batch, int @Nullable [] order, int from, int to) {
    ColumnEncoder[] columns = encoders;
    if (columns == null) {
      columns = settings.encoders().take();
      encoders = columns;
    }
    ColumnEncoder[] into = columns;
    List<Leaf> leaves = settings.leaves();
    ColumnWork work =
        new ColumnWork(
            (i, scratch) -> {
              LeafSlice slice =
                  scratch.shredder.shred(batch.columns(), leaves.get(i), order, from, to);
              into[i].add(slice, scratch.pages);
              addShapes(i, slice);
            },
            nanos,
            settings.scratches());
    underWay = work;
    rowsUnderWay = to - from;
    rows += rowsUnderWay;
    work.offerTo(settings.crew());
  }

  /** Returns when all rows are encoded; does what no helper has begun. */
  public void finish() {
    ColumnWork work = underWay;
    if (work == null) {
      return;
    }
    work.finish();
    underWay = null;
    groupRows += rowsUnderWay;
    groupBytes = 0;
    boolean uncompressed = settings.properties().rowGroupUncompressed;
    for (ColumnEncoder column : Objects.requireNonNull(encoders)) {
      groupBytes += uncompressed ? column.uncompressedBytes() : column.encodedBytes();
    }
    if (groupBytes >= settings.properties().rowGroupBytes) {
      closeGroup();
    }
    measure();
  }

  /** Gives the file up. Returns when no helper looks at a batch any more. */
  public void abandon() {
    ColumnWork work = underWay;
    if (work != null) {
      work.abandon();
      underWay = null;
    }
    sealed = true;
    encoders = null;
    groups = List.of();
  }

  private void addShapes(int leaf, LeafSlice slice) {
    GeometryFieldMetrics.Builder builder = shapes[leaf];
    if (builder != null) {
      for (int i = 0; i < slice.valueCount(); i++) {
        builder.addValue(slice.string(i));
      }
    }
  }

  private void closeGroup() {
    ColumnEncoder[] columns = encoders;
    if (columns == null || groupRows == 0) {
      return;
    }
    ColumnChunk[] chunks = new ColumnChunk[columns.length];
    ColumnWork work =
        new ColumnWork(
            (i, scratch) -> chunks[i] = columns[i].finish(scratch.pages),
            nanos.clone(), // how long pages take is still wanted
            settings.scratches());
    work.offerTo(settings.crew());
    work.finish();
    for (ColumnChunk chunk : chunks) {
      closedFileBytes += chunk.fileBytes() + FOOTER_BYTES_PER_COLUMN;
      closedHeldBytes += chunk.heldBytes();
    }
    groups.add(new RowGroup(groupRows, Arrays.asList(chunks)));
    groupRows = 0;
    groupBytes = 0;
  }

  private void measure() {
    heldBytes = closedHeldBytes;
    fileBytes = closedFileBytes;
    ColumnEncoder[] columns = encoders;
    if (columns != null) {
      heldBytes +=
          EncodeSettings.heldBytes(columns) + (long) columns.length * COLUMN_OVERHEAD_BYTES;
      for (ColumnEncoder column : columns) {
        fileBytes += column.encodedBytes() + FOOTER_BYTES_PER_COLUMN;
      }
    }
  }

  /** Rows so far, also those under way. */
  public long rows() {
    return rows;
  }

  /** Bytes of heap held until the file is sealed; rows under way are not yet counted. */
  public long heldBytes() {
    return heldBytes;
  }

  /** About how large the file would be if it were sealed now, without rows under way. */
  public long estimatedFileBytes() {
    return fileBytes;
  }

  /**
   * Writes the file, whole, and frees the memory.
   *
   * @throws StorageException if the storage failed; all rows are still held, what was written is
   *     deleted as far as the storage lets it, and the next call tries again under another name
   */
  public SealedFile seal() {
    if (sealed || rows == 0) {
      throw new IllegalStateException(sealed ? "the file is sealed" : "there are no rows to seal");
    }
    finish();
    closeGroup();
    measure();
    FileWrite write = new FileWrite(settings, partition);
    DataFile file = write.write(groups, leafMetrics());
    sealed = true;
    groups = List.of();
    heldBytes = 0;
    giveBack();
    return new SealedFile(file);
  }

  private void giveBack() {
    ColumnEncoder[] columns = encoders;
    encoders = null;
    if (columns != null) {
      for (ColumnEncoder column : columns) {
        column.reset();
      }
      settings.encoders().give(columns);
    }
  }

  private List<LeafMetrics> leafMetrics() {
    List<LeafMetrics> metrics = new ArrayList<>();
    ColumnEncoder[] columns = encoders;
    if (columns != null) {
      for (int i = 0; i < columns.length; i++) {
        metrics.add(new LeafMetrics(columns[i].summary(), shapes[i]));
      }
    }
    return metrics;
  }
}
