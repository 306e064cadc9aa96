package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.testkit.kafka.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A topic, a table, and what stands between them, for one test: values are numbers as text, and the
 * table says of each row which record it was.
 */
final class Pipeline implements AutoCloseable {

  static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "number", LongType.get()),
          NestedField.required(2, "partition", LongType.get()),
          NestedField.required(3, "offset", LongType.get()),
          NestedField.required(4, "topic", StringType.get()));

  /** Text that is no number throws, so its record is bad. */
  static final RecordMapper<ConsumerRecord<byte[], byte[]>> NUMBERS =
      (record, row) ->
          row.setLong("number", Long.parseLong(new String(record.value(), StandardCharsets.UTF_8)))
              .setLong("partition", record.partition())
              .setLong("offset", record.offset())
              .setString("topic", record.topic());

  static final Duration PATIENCE = Duration.ofSeconds(60);

  final KafkaBroker broker;
  final String topic = "t" + UUID.randomUUID().toString().substring(0, 8);
  final JdbcCatalog catalog;
  final TableIdentifier name = TableIdentifier.of("db", "numbers");
  final Table table;
  private final KafkaProducer<String, String> producer;
  private long next;

  Pipeline(KafkaBroker broker, Path directory, int partitions) {
    this(broker, directory, partitions, Map.of());
  }

  Pipeline(KafkaBroker broker, Path directory, int partitions, Map<String, String> topicConfig) {
    this.broker = broker;
    broker.createTopic(topic, partitions, topicConfig);
    this.catalog = Firn.openEmbedded(directory, Map.of("firn.local.sync", "false"));
    this.table = Firn.createTableIfAbsent(catalog, name, SCHEMA);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "linger.ms", "1"),
            new StringSerializer(),
            new StringSerializer());
  }

  WriterOptions.Builder writing() {
    return WriterOptions.builder(topic)
        .commitPolicy(CommitPolicy.every(Duration.ofMillis(200)))
        .closeTimeout(Duration.ofSeconds(20));
  }

  KafkaOptions.Builder options() {
    return options(Map.of());
  }

  KafkaOptions.Builder options(Map<String, String> consumer) {
    Map<String, Object> all = new HashMap<>();
    all.put("bootstrap.servers", broker.address());
    all.put("heartbeat.interval.ms", "200");
    all.put("session.timeout.ms", "6000");
    all.put("metadata.max.age.ms", "1000");
    all.putAll(consumer);
    if ("consumer".equals(all.get("group.protocol"))) {
      all.remove("heartbeat.interval.ms");
      all.remove("session.timeout.ms");
    }
    return KafkaOptions.builder(writing().build()).topics(topic).consumer(all);
  }

  KafkaIngest open() {
    return open(options().build());
  }

  KafkaIngest open(KafkaOptions options) {
    return KafkaIngest.open(catalog, name, NUMBERS, options);
  }

  /** Sends the next {@code count} numbers, spread over the partitions. */
  void produce(int count) {
    for (int i = 0; i < count; i++) {
      producer.send(new ProducerRecord<>(topic, null, Long.toString(next++)));
    }
    producer.flush();
  }

  void send(int partition, String value) {
    send(partition, null, value);
  }

  /** Sends one record, a tombstone if there is no value; returns its offset. */
  long send(int partition, @Nullable String key, @Nullable String value) {
    return send(partition, null, key, value);
  }

  /** Sends one record of that time, in milliseconds; of now if it is null. */
  long send(int partition, @Nullable Long timestamp, @Nullable String key, @Nullable String value) {
    Future<RecordMetadata> sent =
        producer.send(new ProducerRecord<>(topic, partition, timestamp, key, value));
    producer.flush();
    try {
      return sent.get().offset();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("A record was not sent", e);
    }
  }

  /** The number that {@link #produce} sends next. */
  long produced() {
    return next;
  }

  /** The rows of the table, by topic and partition in the order of their offsets. */
  List<Record> rows() {
    return rows(table);
  }

  static List<Record> rows(Table table) {
    table.refresh();
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> scan = IcebergGenerics.read(table).build()) {
      scan.forEach(row -> rows.add(row.copy()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** Waits until the table holds everything that the topic has. */
  static void untilNothingIsLeft(KafkaIngest ingest) {
    until(
        () -> {
          List<KafkaStatus.Partition> partitions = ingest.status().partitions();
          return ingest.status().lag() == 0
              && !partitions.isEmpty()
              && partitions.stream().allMatch(KafkaStatus.Partition::claimed);
        },
        ingest::status);
  }

  /** Waits until {@code ingest} has made {@code rows} rows visible, then compares them all. */
  void assertExactly(long rows) {
    until(() -> totalRecords() >= rows, "rows: " + rows);
    assertNumbers(rows);
  }

  /** Each number from 0 to {@code rows} once, and no offset twice. */
  void assertNumbers(long rows) {
    TreeMap<Long, Integer> seen = new TreeMap<>();
    Map<String, Integer> places = new HashMap<>();
    for (Record row : rows()) {
      seen.merge((Long) row.getField("number"), 1, Integer::sum);
      places.merge(
          row.getField("topic") + "-" + row.getField("partition") + "@" + row.getField("offset"),
          1,
          Integer::sum);
    }
    assertThat(places.values()).allMatch(times -> times == 1);
    assertThat(seen.values()).allMatch(times -> times == 1);
    assertThat(seen).hasSize((int) rows);
    assertThat(seen.firstKey()).isZero();
    assertThat(seen.lastKey()).isEqualTo(rows - 1);
  }

  long totalRecords() {
    table.refresh();
    return table.currentSnapshot() == null
        ? 0
        : Long.parseLong(table.currentSnapshot().summary().get("total-records"));
  }

  static void until(BooleanSupplier condition, Supplier<Object> what) {
    until(condition, "", what);
  }

  static void until(BooleanSupplier condition, String what) {
    until(condition, what, () -> "");
  }

  private static void until(BooleanSupplier condition, String what, Supplier<Object> state) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("Not within " + PATIENCE + ": " + what + state.get());
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** Waits for an ingest to stop by itself, and returns why. */
  static Throwable failureOf(CompletionStage<Void> ended) {
    try {
      ended.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      throw new AssertionError("The ingest ended without a failure");
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("The ingest did not stop", e);
    }
  }

  /** As {@link #failureOf}, for an ingest that has decided to stop. */
  static Kind kindOf(CompletionStage<Void> ended) {
    Throwable failure = failureOf(ended);
    assertThat(failure).isInstanceOf(KafkaIngestException.class);
    return ((KafkaIngestException) failure).kind();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
    catalog.close();
  }
}
