/**
 * Parquet as pure bytes: values and levels in, compressed pages and files out; and back.
 *
 * <p>Doors: {@link dev.firn.internal.parquet.ColumnEncoder} (turns {@link
 * dev.firn.internal.parquet.LeafSlice}s of one leaf column into the pages of a {@link
 * dev.firn.internal.parquet.ColumnChunk}, with a thread's {@link
 * dev.firn.internal.parquet.PageScratch}), {@link dev.firn.internal.parquet.ParquetFile} (writes
 * row groups of such chunks as a file) and {@link dev.firn.internal.parquet.ParquetInput} (reads
 * columns, those of a {@link dev.firn.internal.parquet.SchemaNode}, by a {@link
 * dev.firn.internal.parquet.LeafReader}). The pages are Firn's own work; headers, footer and
 * indexes are parquet-java's. Floor 0: imports nothing of Firn and nothing of Iceberg, and touches
 * no Hadoop class at run time.
 */
@NullMarked
package dev.firn.internal.parquet;

import org.jspecify.annotations.NullMarked;
