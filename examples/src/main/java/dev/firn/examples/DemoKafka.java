package dev.firn.examples;

import dev.firn.kafka.KafkaStatus;
import dev.firn.kafka.KafkaStatus.Partition;
import dev.firn.testkit.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A real broker in this process, and a producer. Its data stay in a directory: started there again,
 * it has the topics that it had.
 */
final class DemoKafka implements AutoCloseable {

  static final int PARTITIONS = 4;

  private final KafkaBroker broker;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> refused = new AtomicReference<>();

  private DemoKafka(KafkaBroker broker) {
    this.broker = broker;
    this.admin = broker.admin();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "linger.ms", 5, "batch.size", 128 << 10),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  static DemoKafka start(Path directory) {
    return new DemoKafka(KafkaBroker.start(directory));
  }

  /** What clients call {@code bootstrap.servers}. */
  String address() {
    return broker.address();
  }

  void createTopicIfAbsent(String topic) {
    if (!get(admin.listTopics().names()).contains(topic)) {
      broker.createTopic(topic, PARTITIONS, Map.of());
    }
  }

  /** Where each partition ends: how many records it has had. */
  long[] ends(String topic) {
    long[] ends = new long[PARTITIONS];
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    get(admin.listOffsets(latest).all())
        .forEach((partition, end) -> ends[partition.partition()] = end.offset());
    return ends;
  }

  /** How many records the topic has had. */
  long count(String topic) {
    return LongStream.of(ends(topic)).sum();
  }

  /** Whether everything that {@code topic} has is visible to the table's readers. */
  boolean isAllIn(String topic, KafkaStatus status) {
    return status.partitions().stream().mapToLong(Partition::committed).sum() == count(topic);
  }

  /** The earthquakes, spread over the partitions; those that the topic has are not sent again. */
  void sendWeek(String topic) {
    List<Earthquake> week = Earthquakes.week();
    long[] ends = ends(topic);
    for (int n = 0; n < week.size(); n++) {
      int partition = n % PARTITIONS;
      if (n / PARTITIONS >= ends[partition]) {
        send(topic, partition, Earthquakes.json(week.get(n)));
      }
    }
    flush();
  }

  /**
   * What became of the earthquakes, each change under the id of its earthquake, so that all of one
   * are in one partition. If some are missing, all are sent again, which leaves the same states.
   */
  void sendChanges(String topic) {
    List<QuakeChange> week = QuakeChanges.week();
    if (count(topic) < week.size()) {
      for (QuakeChange change : week) {
        byte[] id = change.state().id().getBytes(StandardCharsets.UTF_8);
        byte[] state = QuakeChanges.json(change.state()).getBytes(StandardCharsets.UTF_8);
        boolean gone = change.kind().isRemoval();
        send(new ProducerRecord<>(topic, id, gone ? null : state));
      }
      flush();
    }
  }

  /** So many new synthetic events, as fast as the broker takes them. */
  void sendEvents(String topic, int count) {
    SyntheticEvents events = new SyntheticEvents();
    for (int n = 0; n < count; n++) {
      send(topic, n % PARTITIONS, events.next());
    }
    flush();
  }

  /** Synthetic events, some hundreds a second. */
  void sendEventsUntil(BooleanSupplier enough, String topic) {
    SyntheticEvents events = new SyntheticEvents();
    while (!enough.getAsBoolean()) {
      for (int n = 0; n < 10 * PARTITIONS; n++) {
        send(topic, n % PARTITIONS, events.next());
      }
      waitAMoment();
    }
    flush();
  }

  /** Sends {@code json}; returns before the broker has it. */
  void send(String topic, int partition, String json) {
    send(new ProducerRecord<>(topic, partition, null, json.getBytes(StandardCharsets.UTF_8)));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback hears the same
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(record, (metadata, problem) -> refused.compareAndSet(null, problem));
  }

  /** Waits until the broker has everything that was sent. */
  void flush() {
    producer.flush();
    Exception problem = refused.get();
    if (problem != null) {
      throw new IllegalStateException("The broker does not take records", problem);
    }
  }

  /** The columns of {@code value}, and columns that say which record of Kafka a row was. */
  static Schema withOrigin(Schema value) {
    List<Types.NestedField> columns = new ArrayList<>(value.columns());
    int id = value.highestFieldId();
    columns.add(Types.NestedField.required(id + 1, "kafka_topic", Types.StringType.get()));
    columns.add(Types.NestedField.required(id + 2, "kafka_partition", Types.IntegerType.get()));
    columns.add(Types.NestedField.required(id + 3, "kafka_offset", Types.LongType.get()));
    return new Schema(columns);
  }

  static void waitAMoment() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
  }

  private static <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("The broker does not answer", e);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    broker.close();
  }
}
