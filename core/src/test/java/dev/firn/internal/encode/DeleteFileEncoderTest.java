package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.DeletionVectorBytes;
import dev.firn.internal.local.LocalFileIO;
import dev.firn.testkit.Call;
import dev.firn.testkit.DuckDbReader;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyFileIO;
import dev.firn.testkit.MemoryFileIO;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.encryption.AesGcmInputFile;
import org.apache.iceberg.encryption.AesGcmOutputFile;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinReader;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ContentFileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Delete files, read back by Iceberg. */
class DeleteFileEncoderTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "text", Types.StringType.get()));

  private static final int ROWS = 100_000;

  private final MemoryFileIO memory = new MemoryFileIO();

  private static DeleteFileEncoder encoder(int version, PartitionSpec spec, FileIO io) {
    return encoder(version, spec, io, "memory://deletes");
  }

  private static DeleteFileEncoder encoder(
      int version, PartitionSpec spec, FileIO io, String folder) {
    return DeleteFileEncoder.of(
        version,
        Map.of(spec.specId(), spec),
        Map.of("write.delete.parquet.compression-codec", "gzip"),
        io,
        new TestFiles(io, folder).locations(),
        PlaintextEncryptionManager.instance(),
        new FileNames("s"));
  }

  /** A path that metrics would cut if they were not told to keep it whole. */
  private static DataFile dataFile(PartitionSpec spec, Object... partition) {
    PartitionData values = new PartitionData(spec.partitionType());
    for (int i = 0; i < partition.length; i++) {
      values.set(i, partition[i]);
    }
    return DataFiles.builder(spec)
        .withPath("memory://table/data/some/quite/long/folder/" + "x".repeat(80) + ".parquet")
        .withFormat(FileFormat.PARQUET)
        .withFileSizeInBytes(1_000)
        .withRecordCount(ROWS)
        .withPartition(values)
        .build();
  }

  private static DeletedRows rows(LongStream positions) {
    DeletedRows rows = new DeletedRows();
    positions.forEach(rows::add);
    return rows;
  }

  static Stream<Arguments> positions() {
    return Stream.of(2, 3)
        .flatMap(
            version ->
                Stream.of(
                    Arguments.of(version, "first", rows(LongStream.of(0))),
                    Arguments.of(version, "last", rows(LongStream.of(ROWS - 1))),
                    Arguments.of(version, "sparse", rows(LongStream.of(3, 65_535, 65_536, 99_000))),
                    Arguments.of(
                        version, "dense", rows(LongStream.range(0, ROWS).filter(i -> i % 3 != 0))),
                    Arguments.of(version, "all", rows(LongStream.range(0, ROWS)))));
  }

  @ParameterizedTest(name = "version {0}, {1}")
  @MethodSource("positions")
  void icebergReadsThePositions(int version, String which, DeletedRows rows) {
    DataFile data = dataFile(PartitionSpec.unpartitioned());

    DeleteFile deletes = encoder(version, PartitionSpec.unpartitioned(), memory).write(data, rows);

    assertThat(positions(deletes, data)).isEqualTo(rows);
    assertThat(deletes.recordCount()).isEqualTo(rows.count());
    assertThat(deletes.content()).isEqualTo(FileContent.POSITION_DELETES);
    assertThat(deletes.fileSizeInBytes())
        .isEqualTo(memory.newInputFile(deletes.location()).getLength());
    assertThat(deletes.referencedDataFile()).isEqualTo(data.location());
  }

  private DeletedRows positions(DeleteFile deletes, DataFile data) {
    PositionDeleteIndex index =
        new BaseDeleteLoader(file -> memory.newInputFile(file.location()))
            .loadPositionDeletes(List.of(deletes), data.location());
    DeletedRows positions = new DeletedRows();
    index.forEach(positions::add);
    return positions;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aDeleteFileIsOfTheSpecAndThePartitionOfItsDataFile(int version) {
    PartitionSpec spec =
        PartitionSpec.builderFor(SCHEMA).withSpecId(5).identity("text").bucket("id", 8).build();
    DataFile data = dataFile(spec, "a/b", 3);

    DeleteFile deletes = encoder(version, spec, memory).write(data, rows(LongStream.of(1, 2)));

    assertThat(deletes.specId()).isEqualTo(5);
    assertThat(deletes.partition()).isEqualTo(data.partition());
    assertThat(deletes.location()).contains("/text=a%2Fb/id_bucket=3/");
    assertThat(positions(deletes, data).count()).isEqualTo(2);
  }

  @Test
  void aVectorIsAloneInItsFileAndDescribedAsIcebergDoes() throws Exception {
    DataFile data = dataFile(PartitionSpec.unpartitioned());
    DeleteFile deletes =
        encoder(3, PartitionSpec.unpartitioned(), memory).write(data, rows(LongStream.of(4, 5)));

    assertThat(ContentFileUtil.isDV(deletes)).isTrue();
    try (PuffinReader puffin = Puffin.read(memory.newInputFile(deletes.location())).build()) {
      List<BlobMetadata> blobs = puffin.fileMetadata().blobs();
      assertThat(blobs).hasSize(1);
      BlobMetadata blob = blobs.get(0);
      assertThat(blob.type()).isEqualTo("deletion-vector-v1");
      assertThat(blob.inputFields()).containsExactly(MetadataColumns.ROW_POSITION.fieldId());
      assertThat(blob.snapshotId()).isEqualTo(-1);
      assertThat(blob.sequenceNumber()).isEqualTo(-1);
      assertThat(blob.compressionCodec()).isNull();
      assertThat(blob.properties())
          .isEqualTo(Map.of("referenced-data-file", data.location(), "cardinality", "2"));
      assertThat(blob.offset()).isEqualTo(deletes.contentOffset());
      assertThat(blob.length()).isEqualTo(deletes.contentSizeInBytes());
    }
  }

  @Test
  void thePathIsWholeInTheBoundsOfPositionDeletes() {
    DataFile data = dataFile(PartitionSpec.unpartitioned());
    DeleteFile deletes =
        encoder(2, PartitionSpec.unpartitioned(), memory).write(data, rows(LongStream.of(4, 500)));

    int path = MetadataColumns.DELETE_FILE_PATH.fieldId();
    assertThat(deletes.format()).isEqualTo(FileFormat.PARQUET);
    assertThat(deletes.lowerBounds().get(path)).isEqualTo(deletes.upperBounds().get(path));
    assertThat(deletes.lowerBounds().get(path).remaining()).isEqualTo(data.location().length());
    assertThat(deletes.valueCounts()).containsEntry(path, 2L);
    assertThat(ContentFileUtil.isFileScoped(deletes)).isTrue();
  }

  @Test
  void duckDbReadsPositionDeletes(@TempDir Path folder) {
    LocalFileIO io = new LocalFileIO();
    io.initialize(Map.of());
    DataFile data = dataFile(PartitionSpec.unpartitioned());
    DeletedRows rows = rows(LongStream.range(0, ROWS).filter(i -> i % 2 == 0));

    DeleteFile deletes =
        encoder(2, PartitionSpec.unpartitioned(), io, folder.toString()).write(data, rows);

    List<List<Object>> expected = new ArrayList<>();
    rows.forEach(position -> expected.add(List.of(data.location(), position)));
    assertThat(
            DuckDbReader.rows(
                new Schema(MetadataColumns.DELETE_FILE_PATH, MetadataColumns.DELETE_FILE_POS),
                List.of(deletes.location())))
        .isEqualTo(expected);
  }

  @Test
  void aVectorIsEncryptedAsTheTableAsks() throws Exception {
    byte[] aad = {1, 2, 3};
    EncryptionManager encryption =
        new NativeEncryption() {
          @Override
          public EncryptedOutputFile encrypt(OutputFile plain) {
            return EncryptedFiles.encryptedOutput(
                new AesGcmOutputFile(plain, NativeEncryption.KEY, aad),
                super.encrypt(plain).keyMetadata());
          }
        };
    DataFile data = dataFile(PartitionSpec.unpartitioned());
    DeletedRows rows = rows(LongStream.range(0, 500));

    DeleteFile deletes =
        DeleteFileEncoder.of(
                3,
                Map.of(0, PartitionSpec.unpartitioned()),
                Map.of(),
                memory,
                new TestFiles(memory, "memory://deletes").locations(),
                encryption,
                new FileNames("s"))
            .write(data, rows);

    InputFile stored = memory.newInputFile(deletes.location());
    assertThat(deletes.fileSizeInBytes()).isEqualTo(stored.getLength());
    assertThat(deletes.keyMetadata()).isNotNull();
    byte[] vector = new byte[Math.toIntExact(deletes.contentSizeInBytes())];
    IOUtil.readFully(
        new AesGcmInputFile(stored, NativeEncryption.KEY, aad, stored.getLength()),
        deletes.contentOffset(),
        vector,
        0,
        vector.length);
    assertThat(DeletionVectorBytes.read(vector)).isEqualTo(rows);
  }

  @Test
  void namesSayWhatIsInAFileAndWhoseItIs() {
    FileNames names = new FileNames("s");

    assertThat(names.next()).endsWith("-0.parquet").matches(FileNames::isOurs);
    assertThat(names.ofDeletionVectors().next()).endsWith("-1.puffin").matches(FileNames::isOurs);
    assertThat(names.ofPositionDeletes().next())
        .endsWith("-2-deletes.parquet")
        .matches(FileNames::isOurs);
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE_FAILS", "WRITE_FAILS", "CLOSE_FAILS"})
  void aFailureLeavesNoFileAndTheNextCallTriesAgain(Fault fault) throws Exception {
    for (int version : new int[] {2, 3}) {
      MemoryFileIO files = new MemoryFileIO();
      FaultPlan plan = FaultPlan.scripted();
      Call call = Stream.of(Call.values()).filter(fault::appliesTo).findFirst().orElseThrow();
      plan.on(call, 1, fault);
      DeleteFileEncoder encoder =
          encoder(version, PartitionSpec.unpartitioned(), FaultyFileIO.over(files, plan));
      DataFile data = dataFile(PartitionSpec.unpartitioned());

      assertThatThrownBy(() -> encoder.write(data, rows(LongStream.of(9))))
          .isInstanceOf(StorageException.class)
          .hasStackTraceContaining("Injected: " + fault)
          .hasMessageContaining("tries again");

      assertThat(files.locations()).isEmpty();
      DeleteFile deletes = encoder.write(data, rows(LongStream.of(9)));
      byte[] all = new byte[Math.toIntExact(deletes.fileSizeInBytes())];
      IOUtil.readFully(files.newInputFile(deletes.location()), 0, all, 0, all.length);
      assertThat(files.locations()).containsExactly(deletes.location());
    }
  }

  @Test
  void noDeletesAndUnknownSpecsAreRefused() {
    DeleteFileEncoder encoder = encoder(3, PartitionSpec.unpartitioned(), memory);
    assertThatThrownBy(
            () -> encoder.write(dataFile(PartitionSpec.unpartitioned()), new DeletedRows()))
        .isInstanceOf(IllegalArgumentException.class);
    PartitionSpec other = PartitionSpec.builderFor(SCHEMA).withSpecId(7).identity("id").build();
    assertThatThrownBy(() -> encoder.write(dataFile(other, 1L), rows(LongStream.of(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("partition spec 7");
  }
}
