/**
 * Files on local disks without Hadoop.
 *
 * <p>Door: {@link dev.firn.internal.local.LocalFileIO}. Floor 0: imports nothing of Firn. Must not
 * know tables, rows or formats.
 */
@NullMarked
package dev.firn.internal.local;

import org.jspecify.annotations.NullMarked;
