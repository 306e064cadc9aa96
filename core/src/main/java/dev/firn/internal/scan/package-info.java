/**
 * Reads data files back: key columns, to know which rows a table has; delete files, to know which
 * it has no more; and whole rows, to write them anew.
 *
 * <p>Doors: {@link dev.firn.internal.scan.KeyScan}, {@link dev.firn.internal.scan.DeletedRowsScan}
 * and {@link dev.firn.internal.scan.RowScan}, with {@link dev.firn.internal.scan.ColumnNames}.
 * Imports buffer and parquet; touches no Hadoop class at run time.
 */
@NullMarked
package dev.firn.internal.scan;

import org.jspecify.annotations.NullMarked;
