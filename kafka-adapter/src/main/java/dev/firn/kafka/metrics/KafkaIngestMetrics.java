package dev.firn.kafka.metrics;

import dev.firn.api.CommitResult.Timings;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * An ingest's figures as meters called {@code firn.kafka...}:
 *
 * <ul>
 *   <li>counters {@code records}, {@code records.rejected}, {@code records.skipped}, {@code rows},
 *       {@code commit.retries} and {@code reopenings};
 *   <li>timer {@code commit} with the tag {@code phase}: {@code waiting}, {@code sealing} or {@code
 *       committing};
 *   <li>gauges {@code lag} (records), {@code lag.time}, {@code freshness}, {@code buffered} and
 *       {@code buffered.limit} (bytes), and {@code partitions}.
 * </ul>
 *
 * <p>A registry asks for them without stopping the ingest and without I/O. Any thread.
 *
 * @since 0.1
 */
public final class KafkaIngestMetrics implements MeterBinder {

  private final KafkaIngest ingest;
  private final Tags tags;

  /**
   * Of {@code ingest}, whose meters carry {@code tags}: pairs of name and value, for instance
   * {@code "stream", "clicks"}.
   */
  public KafkaIngestMetrics(KafkaIngest ingest, String... tags) {
    this.ingest = ingest;
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter(registry, "records", KafkaStatus::recordsRead);
    counter(registry, "records.rejected", KafkaStatus::recordsRejected);
    counter(registry, "records.skipped", KafkaStatus::recordsSkipped);
    counter(registry, "rows", KafkaStatus::rowsCommitted);
    counter(registry, "commit.retries", KafkaStatus::commitRetries);
    counter(registry, "reopenings", KafkaStatus::reopenings);
    commitTimer(registry, "waiting", Timings::waiting);
    commitTimer(registry, "sealing", Timings::sealing);
    commitTimer(registry, "committing", Timings::committing);
    gauge(registry, "lag", "records", KafkaStatus::lag);
    gauge(registry, "partitions", "partitions", status -> status.partitions().size());
    gauge(registry, "buffered", BaseUnits.BYTES, KafkaStatus::bytesBuffered);
    gauge(registry, "buffered.limit", BaseUnits.BYTES, KafkaStatus::memoryLimitBytes);
    timeGauge(registry, "lag.time", KafkaStatus::lagMillis);
    timeGauge(registry, "freshness", KafkaStatus::freshnessMillis);
  }

  private void counter(MeterRegistry registry, String name, ToDoubleFunction<KafkaStatus> figure) {
    FunctionCounter.builder(name(name), ingest, of -> figure.applyAsDouble(of.status()))
        .tags(tags)
        .register(registry);
  }

  private void commitTimer(MeterRegistry registry, String phase, Function<Timings, Duration> time) {
    FunctionTimer.builder(
            name("commit"),
            ingest,
            of -> of.status().commits(),
            of -> time.apply(of.status().commitTime()).toNanos(),
            TimeUnit.NANOSECONDS)
        .tags(tags.and("phase", phase))
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String unit, ToDoubleFunction<KafkaStatus> figure) {
    Gauge.builder(name(name), ingest, of -> figure.applyAsDouble(of.status()))
        .baseUnit(unit)
        .tags(tags)
        .register(registry);
  }

  private void timeGauge(
      MeterRegistry registry, String name, ToDoubleFunction<KafkaStatus> millis) {
    TimeGauge.builder(
            name(name), ingest, TimeUnit.MILLISECONDS, of -> millis.applyAsDouble(of.status()))
        .tags(tags)
        .register(registry);
  }

  private static String name(String of) {
    return "firn.kafka." + of;
  }
}
