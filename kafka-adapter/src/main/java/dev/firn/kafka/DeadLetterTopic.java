package dev.firn.kafka;

import dev.firn.api.error.RecordRejectedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;

/** Bad records in a topic, with where they came from and why in their headers. */
final class DeadLetterTopic implements BadRecordSink {

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final String stream;

  /** Sent, and not yet known to be with the broker; each with what to send again. */
  private final Deque<Sent> pending = new ArrayDeque<>();

  private record Sent(ProducerRecord<byte[], byte[]> record, Future<RecordMetadata> answer) {}

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
    send(letter);
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private void send(ProducerRecord<byte[], byte[]> letter) {
    pending.add(new Sent(letter, producer.send(letter)));
  }

  @Override
  public boolean isPending() {
    return !pending.isEmpty();
  }

  @Override
  public void secure() {
    producer.flush();
    while (!pending.isEmpty()) {
      Sent sent = pending.element();
      try {
        sent.answer().get();
        pending.remove();
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      } catch (ExecutionException e) {
        pending.remove();
        send(sent.record()); // so that the next call waits for another try
        throw e.getCause() instanceof RuntimeException problem
            ? problem
            : new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
