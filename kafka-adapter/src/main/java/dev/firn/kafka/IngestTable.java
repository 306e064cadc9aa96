package dev.firn.kafka;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The table of an ingest, which is opened as often as it takes. */
sealed interface IngestTable {

  StreamingTableWriter<ConsumerRecord<byte[], byte[]>> openWriter(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, WriterOptions options);

  WriterGroup openGroup(WriterOptions options);

  /** The same object every time. */
  record Given(Table table) implements IngestTable {

    @Override
    public StreamingTableWriter<ConsumerRecord<byte[], byte[]>> openWriter(
        RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, WriterOptions options) {
      return Firn.openWriter(table, mapper, options);
    }

    @Override
    public WriterGroup openGroup(WriterOptions options) {
      return Firn.openWriterGroup(table, options);
    }
  }

  /** Loaded anew every time. */
  record Named(Catalog catalog, TableIdentifier name) implements IngestTable {

    @Override
    public StreamingTableWriter<ConsumerRecord<byte[], byte[]>> openWriter(
        RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, WriterOptions options) {
      return Firn.openWriter(catalog, name, mapper, options);
    }

    @Override
    public WriterGroup openGroup(WriterOptions options) {
      return Firn.openWriterGroup(catalog, name, options);
    }
  }
}
