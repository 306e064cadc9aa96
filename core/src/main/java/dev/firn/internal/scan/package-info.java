/**
 * Reads data files back: key columns, to know which rows a table has, and delete files, to know
 * which it has no more.
 *
 * <p>Doors: {@link dev.firn.internal.scan.KeyScan} and {@link
 * dev.firn.internal.scan.DeletedRowsScan}. Imports buffer and parquet; touches no Hadoop class at
 * run time.
 */
@NullMarked
package dev.firn.internal.scan;

import org.jspecify.annotations.NullMarked;
