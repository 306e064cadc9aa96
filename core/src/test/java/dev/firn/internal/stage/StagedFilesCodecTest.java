package dev.firn.internal.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StagedCommit;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.encode.EqualityDeleteEncoder;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class StagedFilesCodecTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "bool", Types.BooleanType.get()),
          Types.NestedField.optional(2, "int", Types.IntegerType.get()),
          Types.NestedField.optional(3, "long", Types.LongType.get()),
          Types.NestedField.optional(4, "dec", Types.DecimalType.of(9, 2)),
          Types.NestedField.optional(5, "day", Types.TimestampType.withZone()),
          Types.NestedField.optional(6, "text", Types.StringType.get()),
          Types.NestedField.optional(7, "uuid", Types.UUIDType.get()),
          Types.NestedField.optional(8, "bin", Types.BinaryType.get()),
          Types.NestedField.optional(9, "fix", Types.FixedType.ofLength(3)),
          Types.NestedField.optional(10, "float", Types.FloatType.get()),
          Types.NestedField.optional(11, "double", Types.DoubleType.get()));

  private static final PartitionSpec SPEC =
      PartitionSpec.builderFor(SCHEMA)
          .withSpecId(3)
          .identity("bool")
          .identity("int")
          .truncate("long", 10)
          .identity("dec")
          .day("day")
          .identity("text")
          .identity("uuid")
          .identity("bin")
          .identity("fix")
          .identity("float")
          .identity("double")
          .alwaysNull("text", "nothing")
          .build();

  private static final PartitionSpec FLAT = PartitionSpec.unpartitioned();

  private static final Map<Integer, PartitionSpec> SPECS = Map.of(3, SPEC, 0, FLAT);

  private static DataFile rich() {
    PartitionData partition = new PartitionData(SPEC.partitionType());
    Object[] values = {
      true,
      -7,
      120L,
      new BigDecimal("-12.34"),
      19_000,
      "Zürich/☃",
      UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
      ByteBuffer.wrap(new byte[] {1, 2, 3, 4}),
      ByteBuffer.wrap(new byte[] {9, 8, 7}),
      1.5f,
      -0.25,
      null
    };
    for (int i = 0; i < values.length; i++) {
      partition.set(i, values[i]);
    }
    return DataFiles.builder(SPEC)
        .withPath("s3://bucket/t/data/a=ü/firn-1.parquet")
        .withFormat(FileFormat.PARQUET)
        .withPartition(partition)
        .withFileSizeInBytes(123_456_789_012L)
        .withMetrics(
            new Metrics(
                42L,
                Map.of(1, 10L, 2, 20L),
                Map.of(1, 42L, 2, 42L),
                Map.of(1, 0L, 2, 3L),
                Map.of(10, 1L),
                Map.of(2, ByteBuffer.wrap(new byte[] {0, 1, 2, 3})),
                Map.of(2, ByteBuffer.wrap(new byte[0]))))
        .withSplitOffsets(List.of(4L, 134_217_728L))
        .withSortOrderId(5)
        .withEncryptionKeyMetadata(ByteBuffer.wrap(new byte[] {5, 5, 5}))
        .build();
  }

  private static DataFile plain() {
    return DataFiles.builder(FLAT)
        .withPath("/tmp/x.parquet")
        .withFileSizeInBytes(0)
        .withRecordCount(0)
        .build();
  }

  private static StagedFiles staged(DataFile... files) {
    return staged(0, files);
  }

  private static StagedFiles staged(long keyFingerprint, DataFile... files) {
    return new StagedFiles(
        UUID.randomUUID(),
        "b7f2-uuid",
        "orders",
        "main",
        CommitToken.of("orders-0", 17),
        CommitToken.of("orders-0", 42)
            .with("orders-1", new Position(-5, 9))
            .withAttachment(new byte[] {1, 2}),
        keyFingerprint,
        List.of(files));
  }

  @Test
  void allFieldsOfAFileComeBack() {
    StagedFiles before = staged(rich(), plain());

    StagedFiles after = StagedFilesCodec.decode(StagedFilesCodec.encode(before, SPECS), SPECS);

    assertThat(after.stageId()).isEqualTo(before.stageId());
    assertThat(after.tableUuid()).isEqualTo(before.tableUuid());
    assertThat(after.streamId()).isEqualTo("orders");
    assertThat(after.branch()).isEqualTo("main");
    assertThat(after.from()).isEqualTo(before.from());
    assertThat(after.to()).isEqualTo(before.to());
    assertThat(after.rows()).isEqualTo(42);
    assertThat(after.bytes()).isEqualTo(123_456_789_012L);
    for (int i = 0; i < 2; i++) {
      assertSame(after.dataFiles().get(i), before.dataFiles().get(i));
    }
  }

  private static void assertSame(DataFile after, DataFile before) {
    assertThat(after.location()).isEqualTo(before.location());
    assertThat(after.format()).isEqualTo(before.format());
    assertThat(after.specId()).isEqualTo(before.specId());
    for (int i = 0; i < before.partition().size(); i++) {
      assertThat(after.partition().get(i, Object.class))
          .isEqualTo(before.partition().get(i, Object.class));
    }
    assertThat(after.recordCount()).isEqualTo(before.recordCount());
    assertThat(after.fileSizeInBytes()).isEqualTo(before.fileSizeInBytes());
    assertThat(after.columnSizes()).isEqualTo(before.columnSizes());
    assertThat(after.valueCounts()).isEqualTo(before.valueCounts());
    assertThat(after.nullValueCounts()).isEqualTo(before.nullValueCounts());
    assertThat(after.nanValueCounts()).isEqualTo(before.nanValueCounts());
    assertThat(after.lowerBounds()).isEqualTo(before.lowerBounds());
    assertThat(after.upperBounds()).isEqualTo(before.upperBounds());
    assertThat(after.splitOffsets()).isEqualTo(before.splitOffsets());
    assertThat(after.sortOrderId()).isEqualTo(before.sortOrderId());
    assertThat(after.keyMetadata()).isEqualTo(before.keyMetadata());
    assertThat(after.content()).isEqualTo(before.content());
  }

  @Test
  void encodingTwiceGivesTheSameBytes() {
    StagedFiles before = staged(rich(), plain());
    StagedCommit once = StagedFilesCodec.encode(before, SPECS);
    assertThat(StagedFilesCodec.encode(StagedFilesCodec.decode(once, SPECS), SPECS))
        .isEqualTo(once);
  }

  @Test
  void rowsThatReplaceOthersByKeyAreOfAVersionThatOlderCommittersRefuse() {
    StagedFiles byKey = staged(0x1234_5678_9ABC_DEF0L, rich(), plain());
    StagedCommit bytes = StagedFilesCodec.encode(byKey, SPECS);

    StagedFiles after = StagedFilesCodec.decode(bytes, SPECS);
    assertThat(after.keyFingerprint()).isEqualTo(0x1234_5678_9ABC_DEF0L);
    assertThat(after.replacesByKey()).isTrue();
    assertThat(after.to()).isEqualTo(byKey.to());
    assertThat(after.dataFiles()).hasSize(2);
    assertThat(bytes.toBytes()[4]).isEqualTo((byte) 2);
  }

  private static StagedFiles withDeletes() {
    DataFile rich = rich();
    DataFile plain =
        DataFiles.builder(FLAT)
            .withPath("/tmp/y.parquet")
            .withFileSizeInBytes(1_000)
            .withRecordCount(100_000)
            .build();
    DeletedRows some = new DeletedRows();
    some.add(41);
    DeletedRows many = DeletedRows.first(70_000);
    many.add(99_999);
    StagedFiles files = staged(rich, plain());
    return new StagedFiles(
        files.stageId(),
        files.tableUuid(),
        files.streamId(),
        files.branch(),
        files.from(),
        files.to(),
        0,
        List.of(rich, plain(), plain),
        new StagedDeletes(
            UUID.randomUUID(),
            List.of(
                EqualityDeleteEncoder.describe(rich(), SPEC, 3, 6),
                EqualityDeleteEncoder.describe(plain(), FLAT, 3, 6)),
            List.of(
                new RowDeletes(rich, some, some, List.of()),
                new RowDeletes(plain, many, many, List.of()))));
  }

  @Test
  void deletesThatGoWithTheRowsComeBack() {
    StagedFiles before = withDeletes();
    StagedCommit bytes = StagedFilesCodec.encode(before, SPECS);

    StagedFiles after = StagedFilesCodec.decode(bytes, SPECS);

    assertThat(bytes.toBytes()[4]).isEqualTo((byte) 3);
    assertThat(after.replacesByKey()).isFalse();
    assertThat(after.dataFiles()).hasSize(3);
    assertThat(after.deletes().writerId()).isEqualTo(before.deletes().writerId());
    for (int i = 0; i < 2; i++) {
      DeleteFile file = after.deletes().equality().get(i);
      DeleteFile same = before.deletes().equality().get(i);
      assertThat(file.content()).isEqualTo(FileContent.EQUALITY_DELETES);
      assertThat(file.equalityFieldIds()).containsExactly(3, 6);
      assertThat(file.location()).isEqualTo(same.location());
      assertThat(file.specId()).isEqualTo(same.specId());
      assertThat(file.recordCount()).isEqualTo(same.recordCount());
      assertThat(file.lowerBounds()).isEqualTo(same.lowerBounds());
      assertThat(file.keyMetadata()).isEqualTo(same.keyMetadata());
      RowDeletes rows = after.deletes().superseded().get(i);
      assertThat(rows.file()).isSameAs(after.dataFiles().get(2 * i));
      assertThat(rows.all()).isEqualTo(before.deletes().superseded().get(i).all());
    }
    assertThat(StagedFilesCodec.encode(after, SPECS)).isEqualTo(bytes);
    assertThat(after.locations()).hasSize(5);
  }

  @Test
  void rowsThatTheirFileDoesNotHaveAreRefused() {
    DataFile file = rich();
    DeletedRows rows = new DeletedRows();
    rows.add(42);
    StagedFiles files = staged(file);
    StagedFiles wrong =
        new StagedFiles(
            files.stageId(),
            files.tableUuid(),
            files.streamId(),
            files.branch(),
            files.from(),
            files.to(),
            0,
            List.of(file),
            new StagedDeletes(
                UUID.randomUUID(),
                List.of(),
                List.of(new RowDeletes(file, rows, rows, List.of()))));
    StagedCommit bytes = StagedFilesCodec.encode(wrong, SPECS);
    assertThatThrownBy(() -> StagedFilesCodec.decode(bytes, SPECS))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("row 42 of 42");
  }

  @Test
  void rowsThatAreOnlyAppendedAreStillOfTheFirstVersion() {
    StagedCommit bytes = StagedFilesCodec.encode(staged(plain()), SPECS);

    assertThat(bytes.toBytes()[4]).isEqualTo((byte) 1);
    assertThat(StagedFilesCodec.decode(bytes, SPECS).replacesByKey()).isFalse();
  }

  @Test
  void aFileOfAnUnknownSpecIsRefusedByName() {
    StagedCommit staged = StagedFilesCodec.encode(staged(rich()), SPECS);
    assertThatThrownBy(() -> StagedFilesCodec.decode(staged, Map.of(0, FLAT)))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("partition spec 3");
  }

  @Test
  void aNewerVersionIsRefusedByNumber() {
    byte[] bytes = StagedFilesCodec.encode(staged(plain()), SPECS).toBytes();
    bytes[4] = 7;
    assertThatThrownBy(() -> StagedFilesCodec.decode(StagedCommit.fromBytes(bytes), SPECS))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("version 7");
  }

  @Test
  void damagedBytesAreRefusedByTheirChecksum() {
    byte[] good = StagedFilesCodec.encode(withDeletes(), SPECS).toBytes();
    for (int i = 5; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      assertThatThrownBy(() -> StagedFilesCodec.decode(StagedCommit.fromBytes(bad), SPECS))
          .isInstanceOf(InvalidTokenException.class);
    }
  }

  @Test
  void bytesThatSomebodyMadeUpAreRefusedOrReadButNeverBreakTheReader() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("StagedFilesCodecTest seed=" + seed);
    Random random = new Random(seed);
    StagedFiles files =
        random.nextBoolean() ? withDeletes() : staged(random.nextInt(2), rich(), plain());
    byte[] good = StagedFilesCodec.encode(files, SPECS).toBytes();
    Map<String, Integer> outcomes = new HashMap<>();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = withChecksum(spoil(good, random));
      try {
        StagedFilesCodec.decode(StagedCommit.fromBytes(bytes), SPECS);
        outcomes.merge("read", 1, Integer::sum);
      } catch (InvalidTokenException | UnsupportedTableException e) {
        outcomes.merge(e.getClass().getSimpleName(), 1, Integer::sum);
      }
    }
    assertThat(outcomes).containsKeys("InvalidTokenException", "read");
  }

  private static byte[] spoil(byte[] good, Random random) {
    byte[] bytes = good.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = 9 + random.nextInt(bytes.length - 9);
      bytes[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) 0xFF;
            case 1 -> (byte) (bytes[at] ^ (1 << random.nextInt(8)));
            default -> (byte) random.nextInt();
          };
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(bytes, 9 + random.nextInt(bytes.length - 9))
        : bytes;
  }

  private static byte[] withChecksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 9, bytes.length - 9);
    ByteBuffer.wrap(bytes).putInt(5, (int) crc.getValue());
    return bytes;
  }
}
