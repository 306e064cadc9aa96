package dev.firn.kafka.format;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A table that records of Kafka are written into by Firn and read back from by Iceberg. */
final class FormatTable implements AutoCloseable {

  private final JdbcCatalog catalog;
  private final TableIdentifier name = TableIdentifier.of("kafka", "rows");

  FormatTable(Path directory, Schema schema) {
    catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"));
    Firn.createTableIfAbsent(
        catalog,
        name,
        schema,
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        Map.of("format-version", "3"));
  }

  Table table() {
    return catalog.loadTable(name);
  }

  StreamingTableWriter<ConsumerRecord<byte[], byte[]>> open(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper) {
    return Firn.openWriter(
        table(),
        mapper,
        WriterOptions.builder("format-test").commitPolicy(CommitPolicy.manual()).build());
  }

  /** Writes {@code values} in one commit and answers with the rows they became. */
  List<Record> write(RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, byte[]... values) {
    return writeAll(mapper, Arrays.stream(values).map(FormatTable::record).toList());
  }

  List<Record> write(RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, String... values) {
    return writeAll(mapper, Arrays.stream(values).map(FormatTable::record).toList());
  }

  List<Record> writeAll(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper,
      List<ConsumerRecord<byte[], byte[]>> records) {
    Snapshot before = table().currentSnapshot();
    try (StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer = open(mapper)) {
      long position = writer.committed().position().orElse(0);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        writer.append(record);
      }
      writer.mark(position + records.size());
      writer.commit();
    }
    IcebergGenerics.ScanBuilder scan = IcebergGenerics.read(table());
    return read(before == null ? scan : scan.appendsAfter(before.snapshotId()));
  }

  /** Why each of {@code records} is refused. */
  List<RecordRejectedException> refusals(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper,
      List<ConsumerRecord<byte[], byte[]>> records) {
    List<RecordRejectedException> refusals = new ArrayList<>();
    try (StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer = open(mapper)) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        RecordRejectedException refusal =
            catchThrowableOfType(RecordRejectedException.class, () -> writer.append(record));
        refusals.add(
            Objects.requireNonNull(
                refusal, () -> "taken: " + new String(record.value(), StandardCharsets.UTF_8)));
      }
    }
    return refusals;
  }

  RecordRejectedException refusal(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, ConsumerRecord<byte[], byte[]> record) {
    return refusals(mapper, List.of(record)).get(0);
  }

  RecordRejectedException refusal(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, String value) {
    return refusal(mapper, record(value));
  }

  /** All rows; those of one commit are in the order they were written. */
  List<Record> rows() {
    return read(IcebergGenerics.read(table()));
  }

  private static List<Record> read(IcebergGenerics.ScanBuilder scan) {
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> read = scan.build()) {
      read.forEach(rows::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  static ConsumerRecord<byte[], byte[]> record(String value) {
    return record(value.getBytes(StandardCharsets.UTF_8));
  }

  static ConsumerRecord<byte[], byte[]> record(byte @Nullable [] value) {
    return new ConsumerRecord<>("topic", 0, 0, null, value);
  }

  @Override
  public void close() {
    catalog.close();
  }
}
