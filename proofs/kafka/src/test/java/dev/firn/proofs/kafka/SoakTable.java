package dev.firn.proofs.kafka;

import dev.firn.Firn;
import dev.firn.api.record.RecordMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types.IntegerType;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The table of all processes, and what a record is in it. */
final class SoakTable {

  static final TableIdentifier NAME = TableIdentifier.of("soak", "events");

  /** Rows of the foreign writer have no partition of Kafka's. */
  static final int FOREIGN = -1;

  static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "partition", IntegerType.get()),
          NestedField.required(2, "offset", LongType.get()),
          NestedField.required(3, "key", StringType.get()),
          NestedField.required(4, "number", LongType.get()));

  static final RecordMapper<ConsumerRecord<byte[], byte[]>> MAPPER =
      (record, row) ->
          row.setInt(0, record.partition())
              .setLong(1, record.offset())
              .setString(2, new String(record.key(), StandardCharsets.UTF_8))
              .setLong(3, Long.parseLong(new String(record.value(), StandardCharsets.UTF_8)));

  private SoakTable() {}

  static JdbcCatalog catalog(Path folder) {
    return Firn.openEmbedded(folder.resolve("catalog"), Map.of("firn.local.sync", "false"));
  }

  static Table table(JdbcCatalog catalog) {
    return Firn.createTableIfAbsent(catalog, NAME, SCHEMA);
  }

  /** The rows of one file, in its order. */
  static CloseableIterable<Record> read(Table table, DataFile file) {
    return Parquet.read(table.io().newInputFile(file.location()))
        .project(SCHEMA)
        .createReaderFunc(type -> GenericParquetReaders.buildReader(SCHEMA, type))
        .build();
  }
}
