/**
 * From a Kafka topic to an Iceberg table: the same events from the same broker into the same kind
 * of table, by Firn and by others, each alone in a JVM of its own and measured from outside.
 *
 * <p>Doors: {@code KafkaBenchmark}, {@code FreshnessBenchmark}. Knows contenders as processes only.
 */
@NullMarked
package dev.firn.benchmarks.kafka;

import org.jspecify.annotations.NullMarked;
