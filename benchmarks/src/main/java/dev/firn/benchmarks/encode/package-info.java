/**
 * Rows into one Parquet data file: Firn beside Iceberg's generic writer, parquet-avro, and Flink's
 * RowData writer in a JVM of its own.
 *
 * <p>Doors: {@code EncodeBenchmark}. All write with the same settings to the same place, and what
 * they wrote is read back with Iceberg's reader, which shares no code with Firn.
 */
@NullMarked
package dev.firn.benchmarks.encode;

import org.jspecify.annotations.NullMarked;
