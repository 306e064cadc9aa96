package dev.firn.kafka;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.kafka.KafkaIngestException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Bad records in a topic, with where they came from and why in their headers. */
final class DeadLetterTopic implements BadRecordSink {

  /** 8 MiB: thousands of records, and little beside the writer's memory. */
  private static final long LIMIT_BYTES = 8L << 20;

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final String stream;

  /** Not yet known to be with the broker. Sent when they are to be safe: sending may wait. */
  private final Deque<ProducerRecord<byte[], byte[]>> pending = new ArrayDeque<>();

  private long pendingBytes;

  DeadLetterTopic(Producer<byte[], byte[]> producer, String topic, String stream) {
    this.producer = producer;
    this.topic = topic;
    this.stream = stream;
  }

  @Override
  public void claim(Iterable<String> sources, long generation) {}

  @Override
  public void take(
      String source, ConsumerRecord<byte[], byte[]> record, RecordRejectedException why) {
    long bytes = size(record.key()) + (long) size(record.value());
    if (!pending.isEmpty() && pendingBytes + bytes > LIMIT_BYTES) {
      throw new BufferFullException(
          pending.size() + " bad records wait to be sent to " + topic, LIMIT_BYTES, Duration.ZERO);
    }
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
    Headers headers = letter.headers();
    add(headers, "firn.stream", stream);
    add(headers, "firn.topic", record.topic());
    add(headers, "firn.partition", Integer.toString(record.partition()));
    add(headers, "firn.offset", Long.toString(record.offset()));
    add(headers, "firn.timestamp", Long.toString(record.timestamp()));
    add(headers, "firn.field", why.field());
    add(headers, "firn.reason", why.reason());
    pending.add(letter);
    pendingBytes += bytes;
  }

  private static int size(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean isPending() {
    return !pending.isEmpty();
  }

  @Override
  public void secure() {
    List<Future<RecordMetadata>> answers = new ArrayList<>();
    pending.forEach(letter -> answers.add(producer.send(letter)));
    producer.flush();
    for (Future<RecordMetadata> answer : answers) {
      await(answer, pending.element());
      pending.remove(); // those behind a failure are sent again
    }
    pendingBytes = 0;
  }

  private void await(Future<RecordMetadata> answer, ProducerRecord<byte[], byte[]> letter) {
    try {
      answer.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException) {
        throw new KafkaIngestException(
            Kind.BAD_RECORD,
            "Bad record "
                + origin(letter)
                + " cannot be kept in topic "
                + topic
                + ": "
                + e.getCause().getMessage()
                + " Nothing is lost: raise max.message.bytes of the topic, and max.request.size in the"
                + " consumer's properties, which the producer shares, or keep bad records in a"
                + " table.",
            e.getCause());
      }
      throw e.getCause() instanceof RuntimeException problem
          ? problem
          : new IllegalStateException(e);
    }
  }

  private static String origin(ProducerRecord<byte[], byte[]> letter) {
    return value(letter, "firn.offset")
        + " of "
        + value(letter, "firn.topic")
        + "-"
        + value(letter, "firn.partition");
  }

  private static String value(ProducerRecord<byte[], byte[]> letter, String header) {
    return new String(letter.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
