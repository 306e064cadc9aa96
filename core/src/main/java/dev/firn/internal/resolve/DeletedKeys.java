package dev.firn.internal.resolve;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyDefinition;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeyReader;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.MemoryIndex;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.scan.KeyScan;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The keys that some equality deletes delete, each with the newest sequence number at which it was
 * deleted: a row is gone if it came in earlier. One thread at a time.
 */
final class DeletedKeys implements AutoCloseable {

  private final FileIO io;
  private final @Nullable NameMapping names;
  private final List<NestedField> fields;
  private final KeyReader reader;
  private final MemoryIndex newest;
  private final KeyBatch keys = new KeyBatch();
  private final Locations found = new Locations();
  private long[] sequenceNumbers = {};

  /**
   * @param fieldIds the columns that say which rows are equal
   * @throws UnsupportedTableException naming the column that cannot be compared
   */
  DeletedKeys(
      TableMetadata table,
      List<Integer> fieldIds,
      FileIO io,
      @Nullable NameMapping names,
      IndexMemory memory) {
    this.io = io;
    this.names = names;
    this.fields = fieldIds.stream().map(id -> field(table, id)).toList();
    KeyDefinition key = KeyDefinition.of(new Schema(fields), fieldIds, NullsInKey.AS_VALUE);
    this.reader = new KeyReader(key, KeySecret.random());
    this.newest = new MemoryIndex(key.keyClass(), memory);
  }

  /** Null is equal to null, and may be in files of any column. */
  private static NestedField field(TableMetadata table, int id) {
    NestedField field = column(table.schema(), id);
    List<Schema> earlier = table.schemas();
    for (int i = earlier.size() - 1; field == null && i >= 0; i--) {
      field = column(earlier.get(i), id); // dropped, but deletes still go by it
    }
    if (field == null) {
      throw new UnsupportedTableException(
          "Equality deletes go by field "
              + id
              + ", which is no top-level column of the table. Rewrite the data files that they are"
              + " of with another engine.",
          "field " + id,
          null);
    }
    return field.asOptional();
  }

  private static @Nullable NestedField column(Schema schema, int id) {
    return schema.columns().stream()
        .filter(column -> column.fieldId() == id)
        .findFirst()
        .orElse(null);
  }

  /**
   * Adds the keys of a file of equality deletes. Files come in the order of their sequence numbers.
   *
   * @throws StorageException if it cannot be read
   * @throws UnsupportedTableException if it is no plain Parquet file
   * @throws dev.firn.api.error.IndexFullException if there is no memory for so many keys
   */
  void add(DeleteFile deletes) {
    long newer = RowLocation.of(0, deletes.dataSequenceNumber());
    try (KeyScan scan = scan(deletes)) {
      while (scan.next()) {
        reader.readKeyColumns(scan.columns(), 0, scan.rows(), keys);
        if (sequenceNumbers.length < scan.rows()) {
          sequenceNumbers = new long[scan.rows()];
        }
        Arrays.fill(sequenceNumbers, newer);
        found.begin(keys);
        newest.put(keys, sequenceNumbers, 0, KeyIndex.SHARDS, found);
      }
    }
  }

  /**
   * The rows of a data file that are deleted by these keys.
   *
   * @throws StorageException if it cannot be read
   * @throws UnsupportedTableException if it is no plain Parquet file
   */
  DeletedRows in(DataFile file) {
    long came = RowLocation.of(0, file.dataSequenceNumber());
    DeletedRows gone = new DeletedRows();
    try (KeyScan scan = scan(file)) {
      while (scan.next()) {
        reader.readKeyColumns(scan.columns(), 0, scan.rows(), keys);
        found.begin(keys);
        newest.locate(keys, 0, KeyIndex.SHARDS, found);
        long[] deletedAt = found.byKey();
        for (int i = 0; i < scan.rows(); i++) {
          if (deletedAt[i] > came) {
            gone.add(scan.firstRow() + i);
          }
        }
      }
    }
    return gone;
  }

  private KeyScan scan(ContentFile<?> file) {
    if (file.format() != FileFormat.PARQUET || file.keyMetadata() != null) {
      throw new UnsupportedTableException(
          file.location()
              + " cannot be read: it is "
              + (file.keyMetadata() != null ? "encrypted" : "of format " + file.format())
              + ", and only plain Parquet files are compared here. Rewrite it with another engine.",
          file.location(),
          null);
    }
    return KeyScan.open(io.newInputFile(file.location(), file.fileSizeInBytes()), fields, names);
  }

  @Override
  public void close() {
    newest.close();
  }
}
