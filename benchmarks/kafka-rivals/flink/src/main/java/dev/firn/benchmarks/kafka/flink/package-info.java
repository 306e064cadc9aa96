/**
 * A rival of the benchmark that begins at a Kafka topic: what Flink's users do. Runs in a JVM of
 * its own and knows nothing of Firn.
 */
@NullMarked
package dev.firn.benchmarks.kafka.flink;

import org.jspecify.annotations.NullMarked;
