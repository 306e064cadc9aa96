package dev.firn.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.kafka.metrics.KafkaIngestMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KafkaIngestMetricsTest extends OneBroker {

  @Test
  void metersSayWhatTheIngestDoes() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Pipeline pipeline = pipeline(2)) {
      pipeline.produce(100);
      try (KafkaIngest ingest = pipeline.open()) {
        new KafkaIngestMetrics(ingest, "stream", pipeline.topic).bindTo(registry);
        ingest.start();
        pipeline.assertExactly(100);
        Pipeline.until(() -> ingest.status().lag() == 0, ingest::status);

        assertThat(registry.get("firn.kafka.records").functionCounter().count()).isEqualTo(100);
        assertThat(registry.get("firn.kafka.rows").functionCounter().count()).isEqualTo(100);
        assertThat(registry.get("firn.kafka.lag").gauge().value()).isZero();
        assertThat(registry.get("firn.kafka.partitions").gauge().value()).isEqualTo(2);
        assertThat(registry.get("firn.kafka.freshness").timeGauge().value(TimeUnit.SECONDS))
            .isBetween(0.0, 60.0);
        assertThat(
                registry
                    .get("firn.kafka.commit")
                    .tags("phase", "committing", "stream", pipeline.topic)
                    .functionTimer()
                    .totalTime(TimeUnit.MILLISECONDS))
            .isPositive();
      }
    }
  }
}
