package dev.firn.internal.encode;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.parquet.ColumnChunk;
import dev.firn.internal.parquet.ColumnEncoder;
import dev.firn.internal.parquet.LeafSlice;
import dev.firn.internal.parquet.RowGroup;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.GeometryFieldMetrics;
import org.jspecify.annotations.Nullable;

/**
 * One data file of one partition, from the first batch to the sealed file. Hot.
 *
 * <p>Batches become compressed pages at once and stay in memory, column by column, row group by row
 * group. Nothing is written before {@link #seal}, which writes the whole file in one go; if the
 * storage fails, everything is still here and {@code seal} may be called again. One thread at a
 * time. An encoder that threw anything but a {@link StorageException} is not to be used again.
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

  private List<RowGroup> groups = new ArrayList<>();
  private long closedHeldBytes;
  private long closedFileBytes;
  private long groupRows;
  private long rows;
  private long heldBytes;
  private long groupBytes;
  private boolean sealed;

  public DataFileEncoder(EncodeSettings settings, Partition partition) {
    this.settings = settings;
    this.partition = partition;
    this.shapes = settings.newShapes();
  }

  /** Adds all rows of {@code batch}, which is not kept. */
  public void add(RowBatch batch) {
    add(batch, null, batch.rows());
  }

  /** Adds the rows {@code order[0], order[1], ...} of {@code batch}, which is not kept. */
  public void add(RowBatch batch, int[] order) {
    add(batch, order, order.length);
  }

  private void add(RowBatch batch, int @Nullable [] order, int count) {
    if (sealed) {
      throw new IllegalStateException("the file is sealed");
    }
    EncodeScratch scratch = settings.scratches().take();
    for (int from = 0; from < count; ) {
      int to = from + sliceRows(batch, count - from);
      addSlice(batch, order, from, to, scratch);
      from = to;
    }
    scratch.shredder.release();
    settings.scratches().give(scratch);
    measure();
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

  private void addSlice(
      RowBatch batch, int @Nullable [] order, int from, int to, EncodeScratch scratch) {
    ColumnEncoder[] columns = encoders;
    if (columns == null) {
      columns = settings.encoders().take();
      encoders = columns;
    }
    List<Leaf> leaves = settings.leaves();
    for (int i = 0; i < columns.length; i++) {
      LeafSlice slice = scratch.shredder.shred(batch.columns(), leaves.get(i), order, from, to);
      columns[i].add(slice, scratch.pages);
      addShapes(i, slice);
    }
    groupRows += to - from;
    rows += to - from;
    groupBytes = 0;
    boolean uncompressed = settings.properties().rowGroupUncompressed;
    for (ColumnEncoder column : columns) {
      groupBytes += uncompressed ? column.uncompressedBytes() : column.encodedBytes();
    }
    if (groupBytes >= settings.properties().rowGroupBytes) {
      closeGroup(scratch);
    }
  }

  private void addShapes(int leaf, LeafSlice slice) {
    GeometryFieldMetrics.Builder builder = shapes[leaf];
    if (builder != null) {
      for (int i = 0; i < slice.valueCount(); i++) {
        builder.addValue(slice.string(i));
      }
    }
  }

  private void closeGroup(EncodeScratch scratch) {
    ColumnEncoder[] columns = encoders;
    if (columns == null || groupRows == 0) {
      return;
    }
    List<ColumnChunk> chunks = new ArrayList<>(columns.length);
    for (ColumnEncoder column : columns) {
      ColumnChunk chunk = column.finish(scratch.pages);
      closedFileBytes += chunk.fileBytes() + FOOTER_BYTES_PER_COLUMN;
      closedHeldBytes += chunk.heldBytes();
      chunks.add(chunk);
    }
    groups.add(new RowGroup(groupRows, chunks));
    groupRows = 0;
    groupBytes = 0;
  }

  private void measure() {
    heldBytes = closedHeldBytes;
    if (encoders != null) {
      heldBytes +=
          EncodeSettings.heldBytes(encoders) + (long) encoders.length * COLUMN_OVERHEAD_BYTES;
    }
  }

  /** Rows so far. */
  public long rows() {
    return rows;
  }

  /** Bytes of heap held until the file is sealed. */
  public long heldBytes() {
    return heldBytes;
  }

  /** About how large the file would be if it were sealed now. */
  public long estimatedFileBytes() {
    long total = closedFileBytes;
    if (encoders != null) {
      for (ColumnEncoder column : encoders) {
        total += column.encodedBytes() + FOOTER_BYTES_PER_COLUMN;
      }
    }
    return total;
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
    EncodeScratch scratch = settings.scratches().take();
    closeGroup(scratch);
    settings.scratches().give(scratch);
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
    if (encoders != null) {
      for (int i = 0; i < encoders.length; i++) {
        metrics.add(new LeafMetrics(encoders[i].summary(), shapes[i]));
      }
    }
    return metrics;
  }
}
