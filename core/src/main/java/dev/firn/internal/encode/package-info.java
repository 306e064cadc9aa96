/**
 * Row batches into sealed data files, and deleted rows into delete files: the only room that opens
 * a file to write.
 *
 * <p>Doors: {@link dev.firn.internal.encode.EncodeSettings} (what a table asks of its files, parsed
 * once), {@link dev.firn.internal.encode.DataFileEncoder} (one file of one partition, in memory
 * until it is sealed) with {@link dev.firn.internal.encode.SealedFile}, {@link
 * dev.firn.internal.encode.DeleteFileEncoder} (the delete file of one data file), {@link
 * dev.firn.internal.encode.EqualityDeleteEncoder} (delete files of keys), {@link
 * dev.firn.internal.encode.RowIdFile} (a sealed file once more, with ids), {@link
 * dev.firn.internal.encode.GivenUpFile} (one that goes again), {@link
 * dev.firn.internal.encode.Crew} (threads that may help), and {@link
 * dev.firn.internal.encode.FileNames}. Floor 2: imports {@code buffer}, {@code api} and {@code
 * parquet}; must not know {@code convert}, who fills the batches, nor who commits the files.
 */
@NullMarked
package dev.firn.internal.encode;

import org.jspecify.annotations.NullMarked;
