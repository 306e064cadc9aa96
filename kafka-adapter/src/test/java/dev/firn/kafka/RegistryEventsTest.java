package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.kafka.format.FakeRegistry;
import dev.firn.kafka.format.KafkaColumns;
import dev.firn.kafka.format.KafkaFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What can happen to the registry that knows the schemas of the records, each with its outcome. */
class RegistryEventsTest extends OneBroker {

  private static final Schema NUMBER =
      SchemaBuilder.record("N").fields().requiredLong("number").endRecord();

  private KafkaIngest open(Pipeline pipeline, FakeRegistry registry) {
    return KafkaIngest.open(
        pipeline.table,
        KafkaColumns.none()
            .topic("topic")
            .partition("partition")
            .offset("offset")
            .with(KafkaFormats.avro(registry.client())),
        pipeline.options().build());
  }

  /** Numbers in Avro, written with the schema of the id. */
  private void produce(Pipeline pipeline, int schema, int from, int to) throws IOException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int number = from; number < to; number++) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(body, null);
        encoder.writeLong(number);
        byte[] value = FakeRegistry.framed(schema, body.toByteArray());
        producer.send(new ProducerRecord<>(pipeline.topic, value));
      }
    }
  }

  @Test
  void aRegistryThatIsDownIsWaitedForAndNoRecordIsCalledBad() throws Exception {
    try (Pipeline pipeline = pipeline(2)) {
      FakeRegistry registry = new FakeRegistry();
      registry.put(1, NUMBER.toString());
      try (KafkaIngest ingest = open(pipeline, registry)) {
        ingest.start();
        produce(pipeline, 1, 0, 50);
        pipeline.assertExactly(50);
        registry.close();

        // Known schemas need no registry. A new one does.
        produce(pipeline, 1, 50, 100);
        pipeline.assertExactly(100);
        produce(pipeline, 2, 100, 150);
        Pipeline.until(() -> ingest.status().trouble().isPresent(), ingest::status);
        Pipeline.until(() -> ingest.status().state() == KafkaStatus.State.WAITING, ingest::status);
        LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
        assertThat(pipeline.totalRecords()).isEqualTo(100);

        try (FakeRegistry back = new FakeRegistry(registry.port())) {
          back.put(2, NUMBER.toString());
          pipeline.assertExactly(150);
          Pipeline.untilNothingIsLeft(ingest);
          assertThat(ingest.status().trouble()).isEmpty();
          assertThat(ingest.status().recordsRejected()).isZero();
          assertThat(ingest.status().reopenings()).isZero();
        }
      }
    }
  }

  @Test
  void aRestartWhileTheRegistryFailsWaitsToo() throws Exception {
    try (Pipeline pipeline = pipeline(1);
        FakeRegistry registry = new FakeRegistry()) {
      registry.put(1, NUMBER.toString());
      produce(pipeline, 1, 0, 50);
      try (KafkaIngest ingest = open(pipeline, registry)) {
        ingest.start();
        pipeline.assertExactly(50);
      }
      registry.answerWith(503);
      produce(pipeline, 1, 50, 80);
      try (KafkaIngest ingest = open(pipeline, registry)) {
        ingest.start();
        Pipeline.until(() -> ingest.status().trouble().isPresent(), ingest::status);
      } // closing takes nothing that could not be decoded for done
      pipeline.assertNumbers(50);
      registry.answerWith(200);
      try (KafkaIngest ingest = open(pipeline, registry)) {
        ingest.start();
        pipeline.assertExactly(80);
      }
    }
  }
}
