package dev.firn.internal.scan;

import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.DeletionVectorBytes;
import java.io.IOException;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a delete file of any writer deletes: a deletion vector, alone in its Puffin file or
 * with others, or a Parquet or Avro file of positions, of one data file or of many. Every byte of a
 * vector is checked.
 *
 * <p>A file that is not there is told by Iceberg's own {@link NotFoundException}: whoever pinned
 * the table's metadata looks at the table anew.
 */
public final class DeletedRowsScan {

  private DeletedRowsScan() {}

  /**
   * The rows of the data file at {@code dataFile} that {@code deletes} says are deleted; none if it
   * does not speak of that file.
   *
   * @param io the table's
   * @throws NotFoundException if the delete file is not there any more
   * @throws StorageException if it cannot be read, or is damaged
   * @throws UnsupportedTableException if it is of a kind that Firn does not read
   */
  public static DeletedRows of(FileIO io, DeleteFile deletes, String dataFile) {
    String only = deletes.referencedDataFile();
    if (only != null && !only.equals(dataFile)) {
      return new DeletedRows();
    }
    return read(io, deletes, dataFile).getOrDefault(dataFile, new DeletedRows());
  }

  /**
   * All rows that {@code deletes} says are deleted, by the location of their data file.
   *
   * @param io the table's
   * @throws NotFoundException if the delete file is not there any more
   * @throws StorageException if it cannot be read, or is damaged
   * @throws UnsupportedTableException if it is of a kind that Firn does not read
   */
  public static Map<String, DeletedRows> byDataFile(FileIO io, DeleteFile deletes) {
    return read(io, deletes, null);
  }

  /** Of {@code wanted} only, or of all data files if that is null. */
  private static Map<String, DeletedRows> read(
      FileIO io, DeleteFile deletes, @Nullable String wanted) {
    requirePositions(deletes);
    try {
      if (deletes.format() == FileFormat.PUFFIN) {
        return vector(io, deletes);
      }
      PositionDeletes positions = new PositionDeletes(wanted);
      switch (deletes.format()) {
        case PARQUET -> positions.readParquet(io.newInputFile(deletes));
        case AVRO -> positions.readAvro(io.newInputFile(deletes));
        default ->
            throw refused(
                deletes,
                "it is of format "
                    + deletes.format()
                    + ", and Firn reads positions from Parquet and Avro");
      }
      return positions.byDataFile();
    } catch (NotFoundException | FirnException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new StorageException(
          "Delete file " + deletes.location() + " cannot be read: " + e.getMessage(),
          deletes.location(),
          e);
    }
  }

  private static Map<String, DeletedRows> vector(FileIO io, DeleteFile deletes) throws IOException {
    String dataFile = deletes.referencedDataFile();
    Long offset = deletes.contentOffset();
    Long length = deletes.contentSizeInBytes();
    if (dataFile == null || offset == null || length == null) {
      throw new IOException("its manifest does not say where in it a deletion vector lies");
    }
    DeletedRows rows;
    try (InputSource source = new InputSource(io.newInputFile(deletes))) {
      rows = DeletionVectorBytes.read(source.read(offset, Math.toIntExact(length)));
    }
    if (rows.count() != deletes.recordCount()) {
      throw new IOException(
          "its manifest says that it deletes "
              + deletes.recordCount()
              + " rows, but it deletes "
              + rows.count());
    }
    return Map.of(dataFile, rows);
  }

  private static void requirePositions(DeleteFile deletes) {
    if (deletes.content() != FileContent.POSITION_DELETES) {
      throw refused(deletes, "it deletes rows by equality");
    }
  }

  private static UnsupportedTableException refused(DeleteFile deletes, String why) {
    return new UnsupportedTableException(
        "Firn cannot tell which rows delete file "
            + deletes.location()
            + " deletes: "
            + why
            + ". Rewrite the data files that it applies to with another engine, so that the table"
            + " does not need it any more, and open the writer again.",
        deletes.location(),
        null);
  }
}
