package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.DeleteMode;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaOptions.WhenTopicGrows;
import dev.firn.kafka.format.KafkaColumns;
import dev.firn.kafka.format.KafkaFormats;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics whose records are the states of keys, and the table that holds the last one of each. */
class UpsertIngestTest extends OneBroker {

  private static final TableIdentifier STATES_NAME = TableIdentifier.of("db", "states");

  private static final Schema STATES =
      new Schema(
          NestedField.required(1, "id", StringType.get()),
          NestedField.optional(2, "number", LongType.get()));

  private static final int KEYS = 50;

  /** The last state of each key that was sent. */
  private final Map<String, Long> last = new HashMap<>();

  private final Random random = new Random(17);
  private long sent;

  private static RecordMapper<ConsumerRecord<byte[], byte[]>> mapper() {
    return KafkaFormats.keyed(KafkaFormats.strings("id"), KafkaFormats.strings("number"));
  }

  private static Table table(Pipeline pipeline) {
    return Firn.createTableIfAbsent(
        pipeline.catalog,
        STATES_NAME,
        STATES,
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        Map.of("format-version", "3"));
  }

  private static KafkaOptions.Builder options(Pipeline pipeline) {
    return options(pipeline, pipeline.writing().upsertBy("id").build());
  }

  private static KafkaOptions.Builder options(Pipeline pipeline, WriterOptions writing) {
    return KafkaOptions.builder(writing)
        .topics(pipeline.topic)
        .consumer(pipeline.options().build().consumer());
  }

  /** Sends {@code count} changes of random keys, each to the partition of its key. */
  private void change(Pipeline pipeline, int count, int partitions) {
    for (int i = 0; i < count; i++) {
      String key = "key-" + random.nextInt(KEYS);
      int partition = Math.floorMod(key.hashCode(), partitions);
      if (random.nextInt(4) == 0) {
        pipeline.send(partition, key, null);
        last.remove(key);
      } else {
        pipeline.send(partition, key, Long.toString(sent));
        last.put(key, sent);
      }
      sent++;
    }
  }

  /** What a reader sees; no key is there twice. */
  private static Map<String, Long> states(Table table) {
    Map<String, Long> states = new HashMap<>();
    for (Record row : Pipeline.rows(table)) {
      assertThat(states.put((String) row.getField("id"), (Long) row.getField("number")))
          .as("another row of %s", row)
          .isNull();
    }
    return states;
  }

  /** Counts the keys that are read from the table. */
  private static WriterListener keysRead(AtomicLong count) {
    return new WriterListener() {
      @Override
      public void indexProgress(long rowsRead, long rowsTotal) {
        count.accumulateAndGet(rowsRead, Math::max);
      }
    };
  }

  private void assertLastStates(Table table, KafkaIngest ingest) {
    Pipeline.untilNothingIsLeft(ingest);
    assertThat(states(table)).isEqualTo(last);
  }

  @Test
  void theLastStateOfEachKeyIsThereThroughRestarts() {
    try (Pipeline pipeline = pipeline(3)) {
      Table table = table(pipeline);
      AtomicLong keysRead = new AtomicLong();
      KafkaOptions options =
          options(pipeline, pipeline.writing().upsertBy("id").listener(keysRead(keysRead)).build())
              .build();
      for (int start = 0; start < 3; start++) {
        change(pipeline, 100, 3);
        KafkaIngest ingest = KafkaIngest.open(table, mapper(), options);
        long before = ingest.status().rowsCommitted();
        ingest.start();
        change(pipeline, 100, 3);
        Pipeline.until(() -> ingest.status().rowsCommitted() > before, ingest::status);
        ingest.close(); // wherever it is now
      }
      assertThat(keysRead).hasPositiveValue();
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options)) {
        ingest.start();
        assertLastStates(table, ingest);
        assertThat(ingest.status().reopenings()).isZero();
      }
    }
  }

  /** States of a key come by two partitions, so that nobody knows in which order. */
  @Test
  void theNewestStateCountsByTheTimeOfItsRecord() {
    try (Pipeline pipeline = pipeline(2)) {
      Table table = table(pipeline);
      table.updateSchema().addColumn("at", LongType.get()).commit();
      KafkaOptions options =
          options(pipeline, pipeline.writing().upsertBy("id").orderBy("at").build()).build();
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
          KafkaColumns.none().timestamp("at").with(mapper());
      long now = System.currentTimeMillis();
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper, options)) {
        ingest.start();
        pipeline.send(0, now - 10, "a", "10");
        pipeline.send(1, now - 20, "a", "20");
        pipeline.send(0, now - 20, "b", "20");
        pipeline.send(1, now - 10, "b", "10");
        pipeline.send(0, now - 10, "c", null);
        pipeline.send(1, now - 20, "c", "20");
        pipeline.send(0, now - 20, "d", null);
        pipeline.send(1, now - 10, "d", "10");
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
        Pipeline.until(
            () -> states(table).equals(Map.of("a", 10L, "b", 10L, "d", 10L)), ingest::status);
        pipeline.send(1, now - 15, "c", "15");
        pipeline.send(1, now - 5, "a", "5");
        Pipeline.until(
            () -> states(table).equals(Map.of("a", 5L, "b", 10L, "d", 10L)), ingest::status);
        assertThat(ingest.status().recordsRejected()).isZero();
      }
    }
  }

  @Test
  void withEqualityDeletesNoKeyIsReadAndTheLastStateIsThere() {
    try (Pipeline pipeline = pipeline(4)) {
      Table table = table(pipeline);
      AtomicLong keysRead = new AtomicLong();
      KafkaOptions options =
          options(
                  pipeline,
                  pipeline
                      .writing()
                      .upsertBy("id")
                      .deleteMode(DeleteMode.EQUALITY_DELETES)
                      .listener(keysRead(keysRead))
                      .build())
              .consumers(2)
              .build();
      for (int start = 0; start < 3; start++) {
        change(pipeline, 100, 4);
        try (KafkaIngest ingest = KafkaIngest.open(table, UpsertIngestTest::mapper, options)) {
          ingest.start();
          change(pipeline, 100, 4);
          assertLastStates(table, ingest);
        }
      }
      assertThat(keysRead).hasValue(0);
    }
  }

  @Test
  void aTombstoneDeletesTheRowOfItsKeyAndNoneIfThereIsNone() {
    try (Pipeline pipeline = pipeline(1)) {
      Table table = table(pipeline);
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options(pipeline).build())) {
        ingest.start();
        pipeline.send(0, "a", "1");
        pipeline.send(0, "b", "2");
        Pipeline.untilNothingIsLeft(ingest);
        Pipeline.until(() -> states(table).equals(Map.of("a", 1L, "b", 2L)), ingest::status);
        pipeline.send(0, "a", null);
        pipeline.send(0, "never seen", null);
        Pipeline.until(() -> states(table).equals(Map.of("b", 2L)), ingest::status);
        pipeline.send(0, "a", "3");
        Pipeline.until(() -> states(table).equals(Map.of("a", 3L, "b", 2L)), ingest::status);
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);
        assertThat(ingest.status().recordsRejected()).isZero();
      }
    }
  }

  @Test
  void consumersOfOneProcessShareTheKeys() {
    try (Pipeline pipeline = pipeline(4)) {
      Table table = table(pipeline);
      KafkaOptions options = options(pipeline).consumers(3).build();
      change(pipeline, 200, 4);
      try (KafkaIngest ingest = KafkaIngest.open(table, UpsertIngestTest::mapper, options)) {
        ingest.start();
        change(pipeline, 200, 4);
        assertLastStates(table, ingest);
        assertThat(ingest.status().commitRetries()).isZero();
      }
    }
  }

  /** Each has an index of its own, and learns from the table what the others have written. */
  @ParameterizedTest
  @EnumSource
  void processesThatComeAndGoKeepTheLastState(GroupTest.Protocol protocol) {
    try (Pipeline pipeline = pipeline(4)) {
      Table table = table(pipeline);
      KafkaOptions options =
          options(pipeline)
              .consumer(pipeline.options(protocol.and("client.id", "upserts")).build().consumer())
              .build();
      List<KafkaIngest> processes = new ArrayList<>();
      try {
        for (int n = 0; n < 3; n++) {
          KafkaIngest next = KafkaIngest.open(table, mapper(), options);
          processes.add(next);
          next.start();
          change(pipeline, 150, 4);
          Pipeline.until(() -> !next.status().partitions().isEmpty(), next::status);
          change(pipeline, 150, 4);
        }
        processes.remove(0).close();
        change(pipeline, 150, 4);
        processes.remove(0).close();
        change(pipeline, 150, 4);
        KafkaIngest lastOne = processes.get(0);
        Pipeline.until(() -> lastOne.status().partitions().size() == 4, lastOne::status);
        assertLastStates(table, lastOne);
      } finally {
        processes.forEach(KafkaIngest::close);
      }
    }
  }

  /** The ingest begins anew from the table, and need not read the table's keys for that. */
  @Test
  void aCatalogThatIsAwayIsWaitedForAndTheIndexIsKept() {
    try (Pipeline pipeline = pipeline(2)) {
      Table table = table(pipeline);
      FaultPlan plan = FaultPlan.seeded(1);
      plan.rate(Fault.ERROR_NOT_APPLIED, 1).rate(Fault.LOAD_FAILS, 1).rate(Fault.REFRESH_FAILS, 1);
      plan.active(false);
      AtomicLong keysRead = new AtomicLong();
      WriterOptions writing =
          pipeline
              .writing()
              .upsertBy("id")
              .commitTimeout(Duration.ofSeconds(1))
              .listener(keysRead(keysRead))
              .build();
      try (KafkaIngest ingest =
          KafkaIngest.open(
              new FaultyCatalog(pipeline.catalog, plan),
              STATES_NAME,
              mapper(),
              options(pipeline, writing).build())) {
        ingest.start();
        change(pipeline, 100, 2);
        Pipeline.until(() -> ingest.status().rowsCommitted() > 0, ingest::status);
        plan.active(true);
        change(pipeline, 100, 2);
        Pipeline.until(() -> ingest.status().reopenings() > 0, ingest::status);
        plan.active(false);
        change(pipeline, 100, 2);
        assertLastStates(table, ingest);
      }
      assertThat(keysRead).hasValue(0); // the table was empty when it was opened
    }
  }

  @Test
  void aTableThatIsDroppedStopsTheIngest() {
    try (Pipeline pipeline = pipeline(1)) {
      Table table = table(pipeline);
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options(pipeline).build())) {
        CompletionStage<Void> ended = ingest.start();
        change(pipeline, 10, 1);
        Pipeline.until(() -> ingest.status().commits() > 0, ingest::status);
        pipeline.catalog.dropTable(STATES_NAME, false);
        pipeline.send(0, "a", "1");
        assertThat(Pipeline.failureOf(ended)).isInstanceOf(TableGoneException.class);
      }
    }
  }

  @Test
  void aRecordWithoutItsKeyAndOneWithABadKeyAreBadRecords() {
    try (Pipeline pipeline = pipeline(1)) {
      Table table = table(pipeline);
      Table bad =
          Firn.createTableIfAbsent(
              pipeline.catalog, TableIdentifier.of("db", "bad"), BadRecordTable.SCHEMA);
      RecordMapper<ConsumerRecord<byte[], byte[]>> longKeys =
          KafkaFormats.keyed(KafkaFormats.integers("number"), KafkaFormats.strings("id"));
      KafkaOptions options =
          options(pipeline, pipeline.writing().upsertBy("number").build())
              .badRecords(BadRecords.toTable(bad))
              .build();
      String eightBytes = "\0\0\0\0\0\0\0\5";
      pipeline.send(0, eightBytes, "five");
      pipeline.send(0, null, "nobody's");
      pipeline.send(0, "bad", "three bytes");
      pipeline.send(0, "bad", null);
      pipeline.send(0, eightBytes, "five again");
      try (KafkaIngest ingest = KafkaIngest.open(table, longKeys, options)) {
        ingest.start();
        Pipeline.untilNothingIsLeft(ingest);
        assertThat(ingest.status().recordsRejected()).isEqualTo(3);
      }
      assertThat(states(table)).isEqualTo(Map.of("five again", 5L));
      assertThat(Pipeline.rows(bad))
          .extracting(row -> row.getField("offset"))
          .containsExactlyInAnyOrder(1L, 2L, 3L);
      assertThat(Pipeline.rows(bad))
          .extracting(row -> (String) row.getField("reason"))
          .anyMatch(reason -> reason.contains("no key"))
          .anyMatch(reason -> reason.contains("3 bytes"));
    }
  }

  @Test
  void aTombstoneIsBadIfTheMapperReadsNoKeys() {
    try (Pipeline pipeline = pipeline(1)) {
      Table table = table(pipeline);
      pipeline.send(0, "a", "{\"id\": \"a\", \"number\": 1}");
      pipeline.send(0, "a", "{\"id\": \"a\", \"number\": 2}");
      pipeline.send(0, "a", null);
      try (KafkaIngest ingest =
          KafkaIngest.open(table, KafkaFormats.json(), options(pipeline).build())) {
        assertThat(Pipeline.failureOf(ingest.start()))
            .hasMessageContaining("Record 2 of")
            .hasMessageContaining("KafkaFormats.keyed");
      }
      assertThat(states(table)).isEqualTo(Map.of("a", 2L));
    }
  }

  /** The key wins over the value; what Kafka knows of a record is there too. */
  @Test
  void keysMayBeJsonBesideColumnsOfKafka() {
    try (Pipeline pipeline = pipeline(1)) {
      Table table = table(pipeline);
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper =
          KafkaColumns.none()
              .offset("number")
              .with(KafkaFormats.keyed(KafkaFormats.json(), KafkaFormats.json()));
      pipeline.send(0, "{\"id\": \"a\"}", "{\"id\": \"another\"}");
      pipeline.send(0, "{\"id\": \"b\"}", "{}");
      pipeline.send(0, "{\"id\": \"b\"}", null);
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper, options(pipeline).build())) {
        ingest.start();
        Pipeline.untilNothingIsLeft(ingest);
      }
      assertThat(states(table)).isEqualTo(Map.of("a", 0L));
    }
  }

  private void grow(Pipeline pipeline, int partitions) throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .createPartitions(Map.of(pipeline.topic, NewPartitions.increaseTo(partitions)))
          .all()
          .get();
    }
  }

  @Test
  void aTopicThatGrowsStopsARunningIngestUnlessTheOptionsAcceptIt() throws Exception {
    try (Pipeline pipeline = pipeline(2)) {
      Table table = table(pipeline);
      KafkaOptions options = options(pipeline).build();
      pipeline.send(1, "a", "1"); // nothing is in partition 0 so far
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options)) {
        CompletionStage<Void> ended = ingest.start();
        Pipeline.until(() -> states(table).equals(Map.of("a", 1L)), ingest::status);
        grow(pipeline, 4);
        assertThat(Pipeline.kindOf(ended)).isEqualTo(Kind.TOPIC_GREW);
      }
      pipeline.send(3, "a", "2");
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options)) {
        assertThat(Pipeline.failureOf(ingest.start()))
            .hasMessageContaining("had 2 partitions and has 4");
      }
      assertThat(states(table)).isEqualTo(Map.of("a", 1L));

      KafkaOptions accepting = options(pipeline).whenTopicGrows(WhenTopicGrows.GO_ON).build();
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), accepting)) {
        ingest.start();
        Pipeline.until(() -> states(table).equals(Map.of("a", 2L)), ingest::status);
        grow(pipeline, 5);
        pipeline.send(4, "b", "3");
        Pipeline.until(() -> states(table).equals(Map.of("a", 2L, "b", 3L)), ingest::status);
      }
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options)) {
        ingest.start(); // what was accepted is known from now on
        pipeline.send(0, "c", "4");
        Pipeline.until(() -> states(table).containsKey("c"), ingest::status);
      }
    }
  }

  @Test
  void aPartitionWithoutRecordsIsNotTakenForANewOne() {
    try (Pipeline pipeline = pipeline(3)) {
      Table table = table(pipeline);
      pipeline.send(1, "a", "1");
      for (int start = 0; start < 2; start++) {
        try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options(pipeline).build())) {
          ingest.start();
          Pipeline.untilNothingIsLeft(ingest);
        }
      }
      pipeline.send(2, "b", "2");
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options(pipeline).build())) {
        ingest.start();
        Pipeline.until(() -> states(table).equals(Map.of("a", 1L, "b", 2L)), ingest::status);
      }
    }
  }

  /** The table's positions are the same to an ingest that only appends. */
  @Test
  void anIngestThatOnlyAppendsGoesOnWhereOneThatUpsertsHasStopped() {
    try (Pipeline pipeline = pipeline(1)) {
      Table table = table(pipeline);
      pipeline.send(0, "a", "1");
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), options(pipeline).build())) {
        ingest.start();
        Pipeline.until(() -> states(table).equals(Map.of("a", 1L)), ingest::status);
      }
      pipeline.send(0, "b", "2");
      KafkaOptions appending = options(pipeline, pipeline.writing().build()).build();
      try (KafkaIngest ingest = KafkaIngest.open(table, mapper(), appending)) {
        ingest.start();
        Pipeline.until(() -> states(table).equals(Map.of("a", 1L, "b", 2L)), ingest::status);
        Pipeline.untilNothingIsLeft(ingest);
        assertThat(ingest.status().recordsRead()).isEqualTo(1);
      }
    }
  }
}
