/**
 * Rows in memory, as columns. Knows kinds of values, not schemas, files or I/O.
 *
 * <p>Doors: {@link dev.firn.internal.buffer.RowBatch} (a run of rows, immutable once handed on)
 * with its {@link dev.firn.internal.buffer.Column}s, {@link dev.firn.internal.buffer.ColumnShape},
 * {@link dev.firn.internal.buffer.Partition}, {@link dev.firn.internal.buffer.PartitionedBatches}
 * (one batch per open partition), {@link dev.firn.internal.buffer.DeletedRows} with {@link
 * dev.firn.internal.buffer.DeletionVectorBytes}, and {@link dev.firn.internal.buffer.MemoryBudget}.
 * Floor 1: imports {@code api.error} only.
 */
@NullMarked
package dev.firn.internal.buffer;

import org.jspecify.annotations.NullMarked;
