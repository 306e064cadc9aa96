package dev.firn.kafka;

import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Opens the table's side of an ingest, as often as it takes. */
final class TableSide {

  private final Opening opening;
  private final RecordMapper<ConsumerRecord<byte[], byte[]>> mapper;
  private final KafkaOptions options;
  private final WriterOptions writing;

  /** How a writer is opened: by itself, or in a group. */
  interface Opening {
    StreamingTableWriter<ConsumerRecord<byte[], byte[]>> open(
        RecordMapper<ConsumerRecord<byte[], byte[]>> mapper);
  }

  /**
   * @param writing as {@link #writing}
   */
  TableSide(
      Opening opening,
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper,
      KafkaOptions options,
      WriterOptions writing) {
    this.opening = opening;
    this.mapper = mapper;
    this.options = options;
    this.writing = writing;
  }

  /** The writer's options as they must be for an ingest. */
  static WriterOptions writing(KafkaOptions options, Counters counters) {
    return options.writer().toBuilder()
        .ownership(Ownership.PER_SOURCE)
        .blockTimeout(Duration.ZERO) // the polling thread must not wait: it pauses instead
        .listener(counters)
        .build();
  }

  /** Opens writers on the table and on the place for bad records. */
  TableSession open() {
    StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer = opening.open(mapper);
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
