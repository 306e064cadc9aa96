package dev.firn.kafka;

import dev.firn.Firn;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Opens the table's side of an ingest, as often as it takes. */
final class TableSide {

  private final Supplier<Table> table;
  private final RecordMapper<ConsumerRecord<byte[], byte[]>> mapper;
  private final KafkaOptions options;
  private final WriterOptions writing;

  TableSide(
      Supplier<Table> table,
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper,
      KafkaOptions options,
      Counters counters) {
    this.table = table;
    this.mapper = mapper;
    this.options = options;
    this.writing =
        options.writer().toBuilder()
            .ownership(Ownership.PER_SOURCE)
            .blockTimeout(Duration.ZERO) // the polling thread must not wait: it pauses instead
            .listener(counters)
            .build();
  }

  /** Loads the table and opens writers on it and on the place for bad records. */
  TableSession open() {
    StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer =
        Firn.openWriter(table.get(), mapper, writing);
    boolean opened = false;
    try {
      TableSession session = new TableSession(writer, openBadRecords());
      opened = true;
      return session;
    } finally {
      if (!opened) {
        writer.close();
      }
    }
  }

  private @Nullable BadRecordSink openBadRecords() {
    BadRecords policy = options.badRecords();
    if (policy.table().isPresent()) {
      return new BadRecordTable.Sink(policy.table().get(), writing);
    }
    if (policy.topic().isPresent()) {
      return new DeadLetterTopic(
          new KafkaProducer<>(
              new ClientProperties(options).producer(),
              new ByteArraySerializer(),
              new ByteArraySerializer()),
          policy.topic().get(),
          writing.streamId());
    }
    return null;
  }
}
