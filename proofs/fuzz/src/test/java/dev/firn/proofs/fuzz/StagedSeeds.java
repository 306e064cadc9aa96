package dev.firn.proofs.fuzz;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.encode.EqualityDeleteEncoder;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.stage.StagedDeletes;
import dev.firn.internal.stage.StagedFiles;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** Staged commits with everything that one can hold. */
final class StagedSeeds {

  static final Schema SCHEMA =
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
          Types.NestedField.optional(11, "double", Types.DoubleType.get()),
          Types.NestedField.optional(12, "time", Types.TimeType.get()));

  static final PartitionSpec SPEC =
      PartitionSpec.builderFor(SCHEMA)
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
          .identity("time")
          .alwaysNull("text", "nothing")
          .build();

  static final Map<Integer, PartitionSpec> SPECS = Map.of(SPEC.specId(), SPEC);

  private StagedSeeds() {}

  static List<StagedFiles> all() {
    CommitToken ten = CommitToken.of(10);
    CommitToken parts =
        CommitToken.of(Map.of("a-0", new Position(7, 3), "b-1", new Position(-1, 0)))
            .withAttachment(new byte[] {1, 2, 3});
    UUID id = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    String table = id.toString();
    return List.of(
        new StagedFiles(id, table, "s", "main", CommitToken.none(), ten, List.of()),
        new StagedFiles(id, table, "s", "main", ten, CommitToken.of(20), List.of(plain("a"))),
        new StagedFiles(id, table, "s", "main", ten, CommitToken.of(20), 7, List.of(plain("a"))),
        new StagedFiles(
            id, table, "Zürich/☃", "b", CommitToken.none(), parts, List.of(rich("a"), plain("b"))),
        withDeletes(id, ten));
  }

  private static StagedFiles withDeletes(UUID id, CommitToken end) {
    List<DataFile> files = List.of(rich("a"), plain("b"));
    DeletedRows rows = DeletedRows.first(17);
    DeletedRows all = DeletedRows.first(1);
    return new StagedFiles(
        id,
        id.toString(),
        "s",
        "main",
        CommitToken.none(),
        end,
        0,
        files,
        new StagedDeletes(
            id,
            List.of(EqualityDeleteEncoder.describe(rich("c"), SPEC, 1, 2)),
            List.of(
                new RowDeletes(files.get(0), rows, rows, List.of()),
                new RowDeletes(files.get(1), all, all, List.of()))));
  }

  private static DataFile plain(String name) {
    return DataFiles.builder(SPEC)
        .withPath("memory:/" + name + ".parquet")
        .withFormat(FileFormat.PARQUET)
        .withPartition(new PartitionData(SPEC.partitionType()))
        .withRecordCount(1)
        .withFileSizeInBytes(1)
        .build();
  }

  private static DataFile rich(String name) {
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
      3_600_000_000L
    };
    for (int i = 0; i < values.length; i++) {
      partition.set(i, values[i]);
    }
    Map<Integer, ByteBuffer> bounds = Map.of(2, ByteBuffer.wrap(new byte[] {1, 0, 0, 0}));
    return DataFiles.builder(SPEC)
        .withPath("memory:/" + name + ".parquet")
        .withFormat(FileFormat.PARQUET)
        .withPartition(partition)
        .withFileSizeInBytes(12_345)
        .withMetrics(
            new Metrics(
                100L,
                Map.of(1, 10L, 2, 20L),
                Map.of(1, 100L, 2, 100L),
                Map.of(1, 0L),
                Map.of(10, 1L),
                bounds,
                bounds))
        .withSplitOffsets(List.of(4L, 5_000L))
        .withSortOrderId(0)
        .withEncryptionKeyMetadata(ByteBuffer.wrap(new byte[] {5, 5}))
        .build();
  }
}
