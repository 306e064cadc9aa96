package dev.firn.internal.encode;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.DeletedRows;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * Writes which rows of a data file are deleted: a deletion vector, or, for tables of format version
 * 2, a Parquet file of positions. One data file's deletes are one file, alone: a file with several
 * vectors would be deleted by some maintenance as soon as one of them is replaced.
 *
 * <p>Made for one state of a table's metadata. Thread-safe.
 */
public final class DeleteFileEncoder {

  private static final int FIRST_WITH_VECTORS = 3;

  /** How deletes are kept. */
  @FunctionalInterface
  interface Form {

    /** Writes and closes a file that deletes {@code rows} of {@code file}. */
    DeleteFile write(DataFile file, PartitionSpec spec, DeletedRows rows);
  }

  private final Map<Integer, PartitionSpec> specs;
  private final Form form;

  private DeleteFileEncoder(Map<Integer, PartitionSpec> specs, Form form) {
    this.specs = specs;
    this.form = form;
  }

  /**
   * The encoder of a table.
   *
   * @param formatVersion the table's, which says what its delete files are
   * @param specs all partition specs by id
   * @param tableProperties of the table
   * @param names of the run that writes; the files have names of their own among them
   */
  public static DeleteFileEncoder of(
      int formatVersion,
      Map<Integer, PartitionSpec> specs,
      Map<String, String> tableProperties,
      FileIO io,
      LocationProvider locations,
      EncryptionManager encryption,
      FileNames names) {
    Form form =
        formatVersion >= FIRST_WITH_VECTORS
            ? new DeletionVectorFile(io, locations, encryption, names.ofDeletionVectors())
            : new PositionDeleteFile(
                specs, tableProperties, io, locations, encryption, names.ofPositionDeletes());
    return new DeleteFileEncoder(Map.copyOf(specs), form);
  }

  /**
   * Writes one delete file.
   *
   * @param file the data file whose rows are deleted; the delete file is of its spec and partition
   * @param rows all rows of it that are to be gone, not only those that were there until now; not
   *     empty
   * @throws StorageException if the storage failed; what was written is deleted as far as the
   *     storage lets it, and the next call tries again under another name
   */
  public DeleteFile write(DataFile file, DeletedRows rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("no row of " + file.location() + " is deleted");
    }
    return form.write(file, spec(file), rows);
  }

  private PartitionSpec spec(ContentFile<?> file) {
    PartitionSpec spec = specs.get(file.specId());
    if (spec == null) {
      throw new IllegalArgumentException(
          file.location()
              + " is of partition spec "
              + file.specId()
              + ", but the table has only "
              + specs.keySet());
    }
    return spec;
  }
}
