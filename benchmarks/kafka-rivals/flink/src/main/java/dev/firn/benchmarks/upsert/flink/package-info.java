/**
 * A rival of the benchmark of upserts: Flink's sink in its upsert mode. Beside the Kafka job because
 * it has the same class path; knows nothing of it, nor of Firn.
 */
@NullMarked
package dev.firn.benchmarks.upsert.flink;

import org.jspecify.annotations.NullMarked;
