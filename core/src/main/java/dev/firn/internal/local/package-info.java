/**
 * Files on local disks without Hadoop.
 *
 * <p>Doors: {@link dev.firn.internal.local.LocalFileIO}, and {@link
 * dev.firn.internal.local.LocalSync} for files that are not a table's. Floor 0: imports nothing of
 * Firn. Must not know tables, rows or formats.
 */
@NullMarked
package dev.firn.internal.local;

import org.jspecify.annotations.NullMarked;
