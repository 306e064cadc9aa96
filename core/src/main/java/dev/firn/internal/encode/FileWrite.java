package dev.firn.internal.encode;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.parquet.RowGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.encryption.EncryptionUtil;
import org.apache.iceberg.encryption.NativeEncryptionKeyMetadata;
import org.apache.iceberg.encryption.NativeEncryptionOutputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.util.ByteBuffers;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.jspecify.annotations.Nullable;

/** One attempt to put a file into storage, under a name of its own. */
final class FileWrite {

  private final EncodeSettings settings;
  private final Partition partition;
  private final String location;

  FileWrite(EncodeSettings settings, Partition partition) {
    this.settings = settings;
    this.partition = partition;
    this.location = settings.newLocation(partition);
  }

  /**
   * Writes and closes the file.
   *
   * @throws StorageException if the storage failed; the file is then deleted if it can be
   */
  DataFile write(List<RowGroup> groups, List<LeafMetrics> metrics) {
    EncryptedOutputFile encrypted;
    try {
      encrypted = settings.newFile(location);
    } catch (RuntimeException e) {
      throw failure(e);
    }
    OutputFile target;
    FileEncryptionProperties encryption = null;
    if (encrypted instanceof NativeEncryptionOutputFile nativelyEncrypted) {
      // Parquet encrypts its own pages, so that readers can still skip them.
      target = nativelyEncrypted.plainOutputFile();
      encryption = encryption(nativelyEncrypted.keyMetadata());
    } else {
      target = encrypted.encryptingOutputFile();
    }
    StorageOutput output = new StorageOutput(target);
    boolean written = false;
    try {
      ParquetMetadata footer = settings.file().write(output, groups, encryption);
      DataFile file = describe(encrypted.keyMetadata(), output.length(), footer, metrics);
      written = true;
      return file;
    } catch (IOException | RuntimeException e) {
      if (e instanceof RuntimeException bug && !output.failed()) {
        throw bug;
      }
      throw failure(e);
    } finally {
      if (!written) {
        output.abandon();
        GivenUpFile.delete(settings.io(), location);
      }
    }
  }

  private static FileEncryptionProperties encryption(NativeEncryptionKeyMetadata keys) {
    return FileEncryptionProperties.builder(ByteBuffers.toByteArray(keys.encryptionKey()))
        .withAADPrefix(ByteBuffers.toByteArray(keys.aadPrefix()))
        .withoutAADPrefixStorage()
        .build();
  }

  private DataFile describe(
      @Nullable EncryptionKeyMetadata keys,
      long length,
      ParquetMetadata footer,
      List<LeafMetrics> metrics) {
    DataFiles.Builder builder =
        DataFiles.builder(settings.spec(partition))
            .withFormat(FileFormat.PARQUET)
            .withPath(location)
            .withPartition(partition)
            .withFileSizeInBytes(length)
            .withMetrics(FileMetrics.of(footer, settings.leaves(), metrics, settings.metrics()))
            .withSplitOffsets(ParquetUtil.getSplitOffsets(footer))
            .withSortOrder(settings.sortOrder());
    ByteBuffer keyBuffer = keys == null ? null : keys.buffer();
    if (keyBuffer != null) {
      builder.withEncryptionKeyMetadata(
          keys instanceof NativeEncryptionKeyMetadata
              ? EncryptionUtil.setFileLength(keyBuffer, length)
              : keyBuffer);
    }
    return builder.build();
  }

  private StorageException failure(Exception cause) {
    return new StorageException(
        "Could not write "
            + location
            + ": "
            + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage())
            + ". All rows are still held; the next call tries again.",
        location,
        cause);
  }
}
