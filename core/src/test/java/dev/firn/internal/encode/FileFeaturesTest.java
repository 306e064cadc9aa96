package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.internal.buffer.Partition;
import dev.firn.testkit.Cells;
import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file has besides rows: indexes, statistics, checksums, bloom filters, encryption. */
class FileFeaturesTest {

  private final MemoryFileIO io = new MemoryFileIO();
  private final TestFiles files = new TestFiles(io, "memory://features");

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void chunksHaveTheStatisticsAndIndexesThatIcebergsWriterGivesThem(String version)
      throws Exception {
    RowModel model = new RowModel(1);
    Schema schema = model.everyType(3);
    List<Record> rows = model.rows(schema, 400);
    Map<String, String> properties = Map.of("write.parquet.page-version", version);
    DataFile firn = files.write(schema, properties, rows, 1000);
    DataFile iceberg = files.writeWithIceberg(schema, properties, rows);

    try (ParquetFileReader ours = files.open(firn.location());
        ParquetFileReader theirs = files.open(iceberg.location())) {
      assertThat(ours.getFileMetaData().getSchema())
          .isEqualTo(theirs.getFileMetaData().getSchema());
      List<ColumnChunkMetaData> chunks = ours.getFooter().getBlocks().get(0).getColumns();
      for (int i = 0; i < chunks.size(); i++) {
        ColumnChunkMetaData chunk = chunks.get(i);
        ColumnChunkMetaData expected = theirs.getFooter().getBlocks().get(0).getColumns().get(i);
        assertThat(chunk.getValueCount()).isEqualTo(expected.getValueCount());
        assertThat(chunk.getStatistics()).as("%s", chunk).isEqualTo(expected.getStatistics());
        assertThat(chunk.getSizeStatistics().getDefinitionLevelHistogram())
            .isEqualTo(expected.getSizeStatistics().getDefinitionLevelHistogram());
        assertThat(chunk.getSizeStatistics().getRepetitionLevelHistogram())
            .isEqualTo(expected.getSizeStatistics().getRepetitionLevelHistogram());
        assertThat(chunk.getSizeStatistics().getUnencodedByteArrayDataBytes())
            .isEqualTo(expected.getSizeStatistics().getUnencodedByteArrayDataBytes());
        assertSame(ours.readColumnIndex(chunk), theirs.readColumnIndex(expected), chunk);
        assertThat(ours.readOffsetIndex(chunk)).isNotNull();
        assertThat(theirs.readOffsetIndex(expected)).isNotNull();
      }
    }
  }

  private static void assertSame(ColumnIndex index, ColumnIndex expected, Object chunk) {
    if (expected == null) {
      assertThat(index).as("%s", chunk).isNull();
      return;
    }
    assertThat(index).as("%s", chunk).isNotNull();
    if (index.getNullPages().size() == expected.getNullPages().size()) {
      assertThat(index.getNullPages()).isEqualTo(expected.getNullPages());
      assertThat(index.getNullCounts()).isEqualTo(expected.getNullCounts());
      assertThat(index.getMinValues()).isEqualTo(expected.getMinValues());
      assertThat(index.getMaxValues()).isEqualTo(expected.getMaxValues());
      assertThat(index.getBoundaryOrder()).isEqualTo(expected.getBoundaryOrder());
    }
  }

  @Test
  void pagesEndAtTheRowLimitAndAtTheByteLimit() throws Exception {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.required(2, "text", Types.StringType.get()));
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rows.add(TestFiles.record(schema, (long) i, i + "x".repeat(95)));
    }

    DataFile file =
        files.write(
            schema,
            Map.of(
                "write.parquet.page-row-limit", "2000", "write.parquet.page-size-bytes", "100000"),
            rows,
            5000);

    try (ParquetFileReader reader = files.open(file.location())) {
      List<ColumnChunkMetaData> chunks = reader.getFooter().getBlocks().get(0).getColumns();
      OffsetIndex ids = reader.readOffsetIndex(chunks.get(0));
      assertThat(ids.getPageCount()).isEqualTo(3);
      assertThat(ids.getFirstRowIndex(2)).isEqualTo(4000);
      OffsetIndex texts = reader.readOffsetIndex(chunks.get(1));
      assertThat(texts.getPageCount()).isGreaterThanOrEqualTo(5);
      for (int page = 1; page < texts.getPageCount(); page++) {
        long pageRows = texts.getFirstRowIndex(page) - texts.getFirstRowIndex(page - 1);
        assertThat(pageRows).isLessThanOrEqualTo(1000);
      }
    }
  }

  @Test
  void everyPageHasAChecksumThatHolds() throws Exception {
    RowModel model = new RowModel(2);
    Schema schema = model.schema(2, 6, 2);
    DataFile file = files.write(schema, Map.of(), model.rows(schema, 1000), 300);

    // Reading verifies; that it would notice is shown by a file with one bit turned.
    readPages(file.location());
    byte[] bytes;
    try (var in = io.newInputFile(file.location()).newStream()) {
      bytes = in.readAllBytes();
    }
    int inPages;
    try (ParquetFileReader reader = files.open(file.location())) {
      ColumnChunkMetaData chunk = reader.getFooter().getBlocks().get(0).getColumns().get(0);
      inPages = (int) (chunk.getStartingPos() + chunk.getTotalSize() - 1);
    }
    bytes[inPages] ^= 1;
    io.put("memory://features/turned", bytes);
    assertThatThrownBy(() -> readPages("memory://features/turned")).hasStackTraceContaining("CRC");
  }

  private void readPages(String location) throws Exception {
    try (ParquetFileReader reader = files.open(location)) {
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        for (var column : reader.getFileMetaData().getSchema().getColumns()) {
          PageReader pages = group.getPageReader(column);
          pages.readDictionaryPage();
          while (pages.readPage() != null) {
            // Only its checksum is of interest.
          }
        }
      }
    }
  }

  @Test
  void bloomFiltersKnowEveryValueOfPlainColumnsAndAreLeftOutWhereADictionarySaysIt()
      throws Exception {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.required(2, "key", Types.StringType.get()),
            NestedField.required(3, "few", Types.StringType.get()),
            NestedField.optional(4, "uuid", Types.UUIDType.get()),
            NestedField.optional(5, "real", Types.DoubleType.get()),
            NestedField.optional(6, "small", Types.FloatType.get()),
            NestedField.optional(7, "number", Types.IntegerType.get()),
            NestedField.required(8, "none", Types.LongType.get()));
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rows.add(
          TestFiles.record(
              schema,
              i * 7919L,
              "key " + i,
              "few " + i % 10,
              new java.util.UUID(i, i),
              i / 3.0,
              i / 3f,
              i * 31,
              (long) i));
    }
    Map<String, String> properties = new java.util.HashMap<>();
    for (String column : List.of("id", "key", "few", "uuid", "real", "small", "number")) {
      properties.put("write.parquet.bloom-filter-enabled.column." + column, "true");
    }
    properties.put("write.parquet.bloom-filter-max-bytes", "65536");
    properties.put("write.parquet.bloom-filter-ndv.column.id", "5000");
    properties.put("write.parquet.bloom-filter-fpp.column.id", "0.02");

    DataFile file = files.write(schema, properties, rows, 2500);

    try (ParquetFileReader reader = files.open(file.location())) {
      List<ColumnChunkMetaData> chunks = reader.getFooter().getBlocks().get(0).getColumns();
      BloomFilter ids = reader.readBloomFilter(chunks.get(0));
      BloomFilter keys = reader.readBloomFilter(chunks.get(1));
      BloomFilter numbers = reader.readBloomFilter(chunks.get(6));
      int wrong = 0;
      for (int i = 0; i < 5000; i++) {
        assertThat(ids.findHash(ids.hash(i * 7919L))).isTrue();
        assertThat(keys.findHash(keys.hash(Binary.fromString("key " + i)))).isTrue();
        assertThat(numbers.findHash(numbers.hash(i * 31))).isTrue();
        wrong += ids.findHash(ids.hash(i * 7919L + 1)) ? 1 : 0;
      }
      assertThat(wrong).isLessThan(200);
      assertThat(ids.getBitsetSize()).isLessThan(16_384);
      assertThat(keys.getBitsetSize()).isEqualTo(65536);
      assertThat(reader.readBloomFilter(chunks.get(2))).isNull();
      for (int column : new int[] {3, 4, 5}) {
        assertThat(reader.readBloomFilter(chunks.get(column))).isNotNull();
      }
      assertThat(reader.readBloomFilter(chunks.get(7))).isNull();
    }
  }

  @Test
  void icebergsReaderSkipsRowGroupsByStatisticsDictionaryAndBloomFilter() throws Exception {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.required(2, "kind", Types.StringType.get()));
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      rows.add(TestFiles.record(schema, (long) i, i < 10_000 ? "a" : i % 2 == 0 ? "b" : "d"));
    }
    DataFile file =
        files.write(schema, Map.of("write.parquet.row-group-size-bytes", "500"), rows, 1000);
    assertThat(file.splitOffsets()).hasSizeGreaterThan(1);

    for (var filter :
        List.of(
            Expressions.equal("id", 15_000L),
            Expressions.equal("kind", "c"),
            Expressions.lessThan("id", 0L))) {
      List<Record> read = new ArrayList<>();
      try (CloseableIterable<Record> records =
          Parquet.read(io.newInputFile(file.location()))
              .project(schema)
              .filter(filter)
              .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
              .build()) {
        records.forEach(read::add);
      }
      assertThat(read.size()).as("%s", filter).isLessThan(15_000);
    }
  }

  @Test
  void pagesAreEncryptedByParquetWhereTheTableAsksForIt() throws Exception {
    RowModel model = new RowModel(3);
    Schema schema = model.everyType(2);
    List<Record> rows = model.rows(schema, 500);
    for (String version : List.of("v1", "v2")) {
      NativeEncryption encryption = new NativeEncryption();
      DataFileEncoder encoder =
          new DataFileEncoder(
              files.settings(
                  schema,
                  Map.of(
                      "write.parquet.page-version",
                      version,
                      "write.parquet.row-group-size-bytes",
                      "50000",
                      "write.parquet.bloom-filter-enabled.column.long_2",
                      "true"),
                  encryption),
              Partition.unpartitioned(0));
      encoder.add(BatchFill.batch(schema, rows));
      DataFile file = encoder.seal().dataFile();

      assertThat(file.keyMetadata()).isNotNull();
      List<List<Object>> read = new ArrayList<>();
      try (CloseableIterable<Record> records =
          Parquet.read(io.newInputFile(file.location()))
              .project(schema)
              .withFileEncryptionKey(ByteBuffer.wrap(NativeEncryption.KEY))
              .withAADPrefix(ByteBuffer.wrap(NativeEncryption.AAD))
              .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
              .build()) {
        records.forEach(record -> read.add(Cells.of(schema.asStruct(), record)));
      }
      assertThat(read).isEqualTo(TestFiles.cells(schema, rows));
      assertThatThrownBy(() -> files.open(file.location())).isNotNull();
    }
  }

  @Test
  void aFileKnowsItsPartitionSpecAndSortOrder() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "day", Types.DateType.get()));
    PartitionSpec spec = PartitionSpec.builderFor(schema).withSpecId(3).day("day").build();
    SortOrder order = SortOrder.builderFor(schema).withOrderId(7).asc("id").build();
    EncodeSettings settings =
        EncodeSettings.of(
            schema,
            Map.of(3, spec),
            order,
            Map.of(),
            io,
            files.locations(),
            PlaintextEncryptionManager.instance(),
            new FileNames("p"),
            Crew.none());
    Partition partition = new Partition(3, new Object[] {20_000});
    DataFileEncoder encoder = new DataFileEncoder(settings, partition);
    encoder.add(
        BatchFill.batch(
            schema, List.of(TestFiles.record(schema, 1L, java.time.LocalDate.ofEpochDay(20_000)))));

    DataFile file = encoder.seal().dataFile();

    assertThat(file.specId()).isEqualTo(3);
    assertThat(file.sortOrderId()).isEqualTo(7);
    assertThat(file.partition().get(0, Integer.class)).isEqualTo(20_000);
    assertThat(file.location()).contains("/day_day=2024-10-04/firn-p-");
  }
}
