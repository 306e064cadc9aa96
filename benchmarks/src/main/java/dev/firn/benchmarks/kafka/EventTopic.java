package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.rows.EventShape;
import dev.firn.benchmarks.rows.JsonText;
import dev.firn.testkit.kafka.KafkaBroker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A broker in this process, and topics of four partitions. It counts what is fetched from them,
 * which is how a contender's progress is seen without touching the contender.
 */
final class EventTopic implements AutoCloseable {

  static final int PARTITIONS = 4;

  private final Path directory;
  private final KafkaBroker broker;
  private final String name;

  private EventTopic(Path directory, KafkaBroker broker, String name) {
    this.directory = directory;
    this.broker = broker;
    this.name = name;
  }

  /** A broker with an empty topic. */
  static EventTopic open(String name) throws IOException {
    Path directory = Place.newDirectory(false);
    KafkaBroker broker = KafkaBroker.start(directory);
    EventTopic topic = new EventTopic(directory, broker, name);
    topic.create(name, PARTITIONS);
    return topic;
  }

  void create(String topic, int partitions) {
    broker.createTopic(topic, partitions, Map.of());
  }

  String address() {
    return broker.address();
  }

  String name() {
    return name;
  }

  /** A producer with Kafka's defaults; the caller closes it. */
  KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", address()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  static ProducerRecord<byte[], byte[]> event(
      String topic, EventShape shape, JsonText json, Object[] values) {
    byte[] key = String.valueOf(values[shape.keyColumn()]).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, key, json.of(values));
  }

  /**
   * Fills it with the first {@code count} events of {@code shape}.
   *
   * @return what a table must hold afterwards
   */
  Tally fill(EventShape shape, int count) {
    JsonText json = new JsonText(shape.schema());
    EventShape.Source events = shape.open();
    Tally tally = new Tally(shape.keyColumn());
    Failures failures = new Failures();
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < count; i++) {
        Object[] values = events.next();
        tally.add(values);
        var unused = producer.send(event(name, shape, json, values), failures);
      }
      producer.flush();
    }
    failures.rethrow();
    return tally;
  }

  /** Remembers that an event could not be sent. Any thread. */
  static final class Failures implements Callback {

    private volatile @Nullable Exception last;

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
      if (failure != null) {
        last = failure;
      }
    }

    void rethrow() {
      Exception failure = last;
      if (failure != null) {
        throw new IllegalStateException("The topic was not filled", failure);
      }
    }
  }

  /** Bytes that it holds. */
  long bytes() {
    try (Admin admin = broker.admin()) {
      return admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
          .flatMap(directories -> directories.values().stream())
          .flatMap(each -> each.replicaInfos().entrySet().stream())
          .filter(replica -> replica.getKey().topic().equals(name))
          .mapToLong(replica -> replica.getValue().size())
          .sum();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker does not say how large its topics are", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /** Bytes that consumers have fetched from it so far. */
  long bytesFetched() {
    try {
      Object count =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(
                      "kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec,topic=" + name),
                  "Count");
      return ((Number) count).longValue();
    } catch (InstanceNotFoundException e) {
      return 0;
    } catch (JMException e) {
      throw new IllegalStateException("The broker does not say what was fetched", e);
    }
  }

  @Override
  public void close() {
    broker.close();
    Place.delete(directory);
  }
}
