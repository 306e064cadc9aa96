/**
 * Records in, rows out: the only hand that takes rows in. Writes typed values into the columns of
 * {@code buffer}, checks them against the table's schema, and computes what the rows are
 * partitioned and sorted by.
 *
 * <p>Doors: {@link dev.firn.internal.convert.ConversionPlan} (what a schema means for columns),
 * {@link dev.firn.internal.convert.RowCursor} (the row being written), {@link
 * dev.firn.internal.convert.PartitionKeys}, {@link dev.firn.internal.convert.SortKeys}, and {@link
 * dev.firn.internal.convert.RecordMappers} (the ready-made mappers that {@code Firn} hands out).
 *
 * <p>Floor 2: imports {@code buffer}, {@code api} and Iceberg's types. Must not know files,
 * encodings, commits, or its neighbours {@code keys}, {@code encode} and {@code scan}.
 */
@NullMarked
package dev.firn.internal.convert;

import org.jspecify.annotations.NullMarked;
