package dev.firn.proofs.kafka;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Produces numbers under keys, at an even pace, and knows what the table must hold of each key. */
final class Load implements AutoCloseable {

  private static final int KEYS = 100;
  private static final long PAUSE_NANOS = 10_000_000;
  private static final int AT_ONCE = 10;

  private final KafkaProducer<String, String> producer;
  private final String topic;
  private final Thread thread = new Thread(this::run, "load");
  private final Map<String, long[]> sent = new TreeMap<>();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean ending;
  private long next;

  Load(String broker, String topic) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", broker,
                "enable.idempotence", "true",
                "delivery.timeout.ms", "300000",
                "linger.ms", "5"),
            new StringSerializer(),
            new StringSerializer());
    thread.start();
  }

  private void run() {
    while (!ending) {
      for (int i = 0; i < AT_ONCE; i++) {
        long number = next++;
        String key = "key-" + number % KEYS;
        producer.send(
            new ProducerRecord<>(topic, key, Long.toString(number)),
            (metadata, problem) -> {
              if (problem != null) {
                refused.incrementAndGet();
              }
            });
        Checksum.add(sent, key, number);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Stops, waits until the broker has everything, and returns rows and sum of each key. */
  Map<String, long[]> end() throws InterruptedException {
    ending = true;
    thread.join();
    producer.flush();
    if (refused.get() > 0) {
      throw new AssertionError("The broker has not taken " + refused + " records");
    }
    return sent;
  }

  long produced() {
    return next;
  }

  @Override
  public void close() {
    ending = true;
    producer.close();
  }
}
