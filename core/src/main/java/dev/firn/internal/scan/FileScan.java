package dev.firn.internal.scan;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.parquet.ParquetInput;
import java.io.IOException;
import java.util.List;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.jspecify.annotations.Nullable;

/**
 * Some columns of one Parquet file, read side by side in batches of rows. One row group's chunks of
 * these columns are in memory at a time. Not thread-safe.
 */
final class FileScan implements AutoCloseable {

  private static final int BATCH_ROWS = 8_192;

  /** Of all columns, about: rows of some hundred kilobytes come a few at a time. */
  private static final long BATCH_BYTES = 16L << 20;

  private final String location;
  private final InputSource source;
  private final ParquetInput file;
  private final List<? extends ColumnScan> columns;
  private int group = -1;
  private int batchRows;
  private long leftInGroup;
  private long nextRow;
  private long firstRow;
  private int rows;

  private FileScan(
      String location, InputSource source, ParquetInput file, List<? extends ColumnScan> columns) {
    this.location = location;
    this.source = source;
    this.file = file;
    this.columns = columns;
  }

  /** What is read of a file whose schema is known. */
  interface Choice {
    List<? extends ColumnScan> of(ParquetInput file);
  }

  /**
   * Opens a file.
   *
   * @throws NotFoundException if the file is not there (any more)
   * @throws StorageException if it cannot be read
   * @throws UnsupportedTableException if {@code choice} does
   */
  static FileScan open(InputFile input, Choice choice) {
    InputSource source = null;
    try {
      source = new InputSource(input);
      ParquetInput file = ParquetInput.open(source, input.getLength());
      FileScan scan = new FileScan(input.location(), source, file, choice.of(file));
      source = null;
      return scan;
    } catch (UnsupportedTableException | NotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(input.location(), e);
    } finally {
      closeQuietly(source);
    }
  }

  /**
   * Reads the next rows; false at the end of the file.
   *
   * @throws NotFoundException if the file is not there any more
   * @throws StorageException if they cannot be read
   */
  boolean next() {
    try {
      while (leftInGroup == 0) {
        if (group + 1 >= file.rowGroups()) {
          return false;
        }
        beginGroup(group + 1);
      }
      firstRow = nextRow;
      rows = (int) Math.min(batchRows, leftInGroup);
      for (ColumnScan column : columns) {
        column.fill(firstRow, rows);
      }
      nextRow += rows;
      leftInGroup -= rows;
      return true;
    } catch (NotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(location, e); // a file that contradicts itself, too
    }
  }

  private void beginGroup(int next) throws IOException {
    for (ColumnScan column : columns) {
      column.begin(file, source, next);
    }
    group = next;
    leftInGroup = file.rows(next);
    if (leftInGroup < 0) {
      throw new IOException("A row group of " + leftInGroup + " rows");
    }
    long bytesPerRow = Math.max(1, file.bytes(next) / Math.max(1, leftInGroup));
    batchRows = (int) Math.max(1, Math.min(BATCH_ROWS, BATCH_BYTES / bytesPerRow));
  }

  /** Position in the file of the first row that was read last. */
  long firstRow() {
    return firstRow;
  }

  /** How many rows were read last. */
  int rows() {
    return rows;
  }

  private static StorageException unreadable(String location, Exception e) {
    return new StorageException(location + " cannot be read: " + e.getMessage(), location, e);
  }

  private static void closeQuietly(@Nullable InputSource source) {
    if (source != null) {
      try {
        source.close();
      } catch (IOException e) {
        // What could not be read is told already.
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(source);
  }
}
