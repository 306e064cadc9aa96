/**
 * A Kafka broker for tests and examples.
 *
 * <p>Door: {@link dev.firn.testkit.kafka.KafkaBroker}. Knows neither Iceberg nor Firn.
 */
@NullMarked
package dev.firn.testkit.kafka;

import org.jspecify.annotations.NullMarked;
