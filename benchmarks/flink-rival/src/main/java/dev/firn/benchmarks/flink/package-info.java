/**
 * Flink's RowData writer as a rival, in a JVM and on a class path of its own.
 *
 * <p>Knows nothing of Firn.
 */
@NullMarked
package dev.firn.benchmarks.flink;

import org.jspecify.annotations.NullMarked;
