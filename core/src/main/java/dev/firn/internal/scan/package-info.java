/**
 * Reads data files back: key columns, to know which rows a table has.
 *
 * <p>Door: {@link dev.firn.internal.scan.KeyScan}. Imports buffer and parquet; touches no Hadoop
 * class at run time.
 */
@NullMarked
package dev.firn.internal.scan;

import org.jspecify.annotations.NullMarked;
