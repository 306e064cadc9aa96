package dev.firn.internal.encode;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.DeletionVectorBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.NativeEncryptionKeyMetadata;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinWriter;
import org.apache.iceberg.puffin.StandardBlobTypes;
import org.jspecify.annotations.Nullable;

/** Deletes as a deletion vector, alone in a Puffin file. */
final class DeletionVectorFile implements DeleteFileEncoder.Form {

  private static final String REFERENCED_DATA_FILE = "referenced-data-file";
  private static final String CARDINALITY = "cardinality";
  private static final String CREATED_BY = "Firn";

  /** Snapshot and sequence number are those of the commit, and not known yet. */
  private static final long INHERITED = -1;

  private final FileIO io;
  private final LocationProvider locations;
  private final EncryptionManager encryption;
  private final FileNames names;

  /** What the storage made of a file. */
  private record Stored(long bytes, @Nullable ByteBuffer keys) {}

  DeletionVectorFile(
      FileIO io, LocationProvider locations, EncryptionManager encryption, FileNames names) {
    this.io = io;
    this.locations = locations;
    this.encryption = encryption;
    this.names = names;
  }

  @Override
  public DeleteFile write(DataFile file, PartitionSpec spec, DeletedRows rows) {
    // In memory first: a vector is small, and the storage gets it with one write.
    InMemoryOutputFile content = new InMemoryOutputFile();
    BlobMetadata vector = fill(content, file.location(), rows);
    String location =
        spec.isPartitioned()
            ? locations.newDataLocation(spec, file.partition(), names.next())
            : locations.newDataLocation(names.next());
    Stored stored = store(location, content.toByteArray());
    return FileMetadata.deleteFileBuilder(spec)
        .ofPositionDeletes()
        .withFormat(FileFormat.PUFFIN)
        .withPath(location)
        .withPartition(file.partition())
        .withFileSizeInBytes(stored.bytes)
        .withEncryptionKeyMetadata(stored.keys)
        .withReferencedDataFile(file.location())
        .withContentOffset(vector.offset())
        .withContentSizeInBytes(vector.length())
        .withRecordCount(rows.count())
        .build();
  }

  /** Makes {@code puffin} a file with the vector of {@code rows}; returns where in it that lies. */
  private static BlobMetadata fill(InMemoryOutputFile puffin, String dataFile, DeletedRows rows) {
    try (PuffinWriter writer = Puffin.write(puffin).createdBy(CREATED_BY).build()) {
      return writer.write(
          new Blob(
              StandardBlobTypes.DV_V1,
              List.of(MetadataColumns.ROW_POSITION.fieldId()),
              INHERITED,
              INHERITED,
              ByteBuffer.wrap(DeletionVectorBytes.of(rows)),
              null, // vectors are never compressed
              Map.of(REFERENCED_DATA_FILE, dataFile, CARDINALITY, String.valueOf(rows.count()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stored store(String location, byte[] content) {
    boolean written = false;
    try {
      EncryptedOutputFile file = encryption.encrypt(io.newOutputFile(location));
      // Names are never used twice, so nothing is overwritten; asking first would be a call more.
      PositionOutputStream out = file.encryptingOutputFile().createOrOverwrite();
      try (out) {
        out.write(content);
      }
      long length = out.storedLength();
      written = true;
      return new Stored(length, keys(file.keyMetadata(), length));
    } catch (IOException | RuntimeException e) {
      throw new StorageException(
          "Could not write delete file "
              + location
              + ": "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
              + ". Nothing is lost; the next call tries again.",
          location,
          e);
    } finally {
      if (!written) {
        GivenUpFile.delete(io, location);
      }
    }
  }

  private static @Nullable ByteBuffer keys(@Nullable EncryptionKeyMetadata keys, long length) {
    if (keys instanceof NativeEncryptionKeyMetadata own) {
      return own.copyWithLength(length).buffer();
    }
    return keys == null ? null : keys.buffer();
  }
}
