/**
 * The figures of an ingest for Micrometer, which must be on the class path of those who use this.
 *
 * <p>Door: {@link dev.firn.kafka.metrics.KafkaIngestMetrics}. Reads {@code KafkaIngest.status()}
 * and nothing else.
 */
@NullMarked
package dev.firn.kafka.metrics;

import org.jspecify.annotations.NullMarked;
