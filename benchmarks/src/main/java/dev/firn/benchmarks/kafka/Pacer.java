package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.rows.EventShape;
import dev.firn.benchmarks.rows.JsonText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;

/** Produces events at an even rate, each with the time at which it was produced, until closed. */
final class Pacer implements AutoCloseable {

  private static final long TICK_NANOS = 10_000_000L;
  private static final double NANOS = 1e9;

  private final EventTopic topic;
  private final EventShape shape;
  private final int perTick;
  private final EventTopic.Failures failures = new EventTopic.Failures();
  private final AtomicLong sent = new AtomicLong();
  private final Thread thread = new Thread(this::produce, "pacer");
  private volatile boolean closed;

  private Pacer(EventTopic topic, EventShape shape, int perSecond) {
    this.topic = topic;
    this.shape = shape;
    this.perTick = (int) (perSecond * TICK_NANOS / NANOS);
  }

  static Pacer start(EventTopic topic, EventShape shape, int perSecond) {
    Pacer pacer = new Pacer(topic, shape, perSecond);
    pacer.thread.start();
    return pacer;
  }

  private void produce() {
    JsonText json = new JsonText(shape.schema());
    EventShape.Source events = shape.open();
    try (KafkaProducer<byte[], byte[]> producer = topic.producer()) {
      long due = System.nanoTime();
      while (!closed) {
        for (int i = 0; i < perTick; i++) {
          Object[] values = events.next();
          values[shape.timeColumn()] =
              Instant.now().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
          var unused = producer.send(EventTopic.event(topic.name(), shape, json, values), failures);
        }
        sent.addAndGet(perTick);
        due += TICK_NANOS;
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }

  /** Events so far; after the close, all there are. */
  long sent() {
    return sent.get();
  }

  /** Ends it; every event has reached the broker then. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    failures.rethrow();
  }
}
