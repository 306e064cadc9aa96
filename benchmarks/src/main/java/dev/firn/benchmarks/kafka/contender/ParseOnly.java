package dev.firn.benchmarks.kafka.contender;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The limit: a consumer and Jackson's streaming parser, every field read, nothing written. What is
 * faster than this does not read JSON from Kafka with these two.
 */
public final class ParseOnly {

  private static final Duration POLL = Duration.ofMillis(100);

  private final JsonFactory json = new JsonFactory();
  private long sum;

  private ParseOnly() {}

  /** Reads everything, then waits to be killed; the arguments are those of a {@link Task}. */
  public static void main(String[] args) throws IOException {
    Task task = Task.of(args);
    ParseOnly parse = new ParseOnly();
    long rows = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            task.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(task.topic()));
      while (rows < task.rows()) {
        for (ConsumerRecord<byte[], byte[]> event : consumer.poll(POLL)) {
          parse.read(event.value());
          rows++;
        }
      }
      Files.writeString(task.finished(), rows + " " + parse.sum);
      while (!Thread.currentThread().isInterrupted()) {
        consumer.poll(POLL);
      }
    }
  }

  private void read(byte[] event) throws IOException {
    try (JsonParser parser = json.createParser(event)) {
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        switch (token) {
          case VALUE_STRING -> sum += parser.getText().length();
          case VALUE_NUMBER_INT -> sum += parser.getLongValue();
          case VALUE_NUMBER_FLOAT -> sum += Double.doubleToRawLongBits(parser.getDoubleValue());
          case VALUE_TRUE -> sum++;
          default -> {
            // Nothing to read.
          }
        }
      }
    }
  }
}
