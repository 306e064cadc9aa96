package dev.firn.internal.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.encode.DeleteFileEncoder;
import dev.firn.internal.encode.FileNames;
import dev.firn.testkit.MemoryFileIO;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.exceptions.NotFoundException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delete files that Firn wrote are read back, without a single Hadoop class. */
@Tag("no-hadoop")
class DeletedRowsScanTest {

  private static final int ROWS = 200_000;

  private final MemoryFileIO io = new MemoryFileIO();
  private final DataFile data =
      DataFiles.builder(PartitionSpec.unpartitioned())
          .withPath("memory://table/data/a.parquet")
          .withFormat(FileFormat.PARQUET)
          .withFileSizeInBytes(1_000)
          .withRecordCount(ROWS)
          .build();

  private DeleteFile write(int version, DeletedRows rows) {
    return DeleteFileEncoder.of(
            version,
            Map.of(0, PartitionSpec.unpartitioned()),
            Map.of(),
            io,
            LocationProviders.locationsFor("memory://table", Map.of()),
            PlaintextEncryptionManager.instance(),
            new FileNames("s"))
        .write(data, rows);
  }

  private static DeletedRows random(long seed) {
    Random random = new Random(seed);
    DeletedRows rows = new DeletedRows();
    double share = random.nextDouble();
    rows.add(random.nextInt(ROWS));
    for (int i = 0; i < ROWS; i++) {
      if (random.nextDouble() < share * share) {
        rows.add(i);
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whatFirnWroteIsReadBack(int version) {
    long seed = new Random().nextLong();
    DeletedRows rows = random(seed);

    DeleteFile deletes = write(version, rows);

    assertThat(DeletedRowsScan.of(io, deletes, data.location()))
        .as("seed %d", seed)
        .isEqualTo(rows);
    assertThat(DeletedRowsScan.byDataFile(io, deletes)).isEqualTo(Map.of(data.location(), rows));
    assertThat(DeletedRowsScan.of(io, deletes, "memory://table/data/b.parquet").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aDamagedFileIsNamed(int version) {
    DeletedRows rows = new DeletedRows();
    for (long position = 0; position < 100; position++) {
      rows.add(position * position);
    }
    DeleteFile deletes = write(version, rows);
    byte[] whole = io.bytes(deletes.location());

    io.put(deletes.location(), Arrays.copyOf(whole, version == 3 ? 40 : whole.length - 3));
    assertThatThrownBy(() -> DeletedRowsScan.of(io, deletes, data.location()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(deletes.location());

    byte[] flipped = whole.clone();
    flipped[version == 3 ? 30 : 20] ^= 0x40;
    io.put(deletes.location(), flipped);
    assertThatThrownBy(() -> DeletedRowsScan.of(io, deletes, data.location()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(deletes.location());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aFileThatIsGoneIsToldByIcebergsOwnException(int version) {
    DeletedRows rows = new DeletedRows();
    rows.add(1);
    DeleteFile deletes = write(version, rows);
    io.deleteFile(deletes.location());

    assertThatThrownBy(() -> DeletedRowsScan.of(io, deletes, data.location()))
        .isInstanceOf(NotFoundException.class);
  }
}
