/**
 * Which row of the table has a key: from the key's columns in a batch to the file and the position
 * of the row that has it now.
 *
 * <p>Doors: {@link dev.firn.internal.keys.KeyDefinition} (what the key is), {@link
 * dev.firn.internal.keys.KeyReader} (keys out of a batch, as words of a {@link
 * dev.firn.internal.keys.KeyBatch}), {@link dev.firn.internal.keys.KeyIndex} (keys to {@link
 * dev.firn.internal.keys.RowLocation}s), which is a {@link dev.firn.internal.keys.MemoryIndex} or,
 * with files, a {@link dev.firn.internal.keys.TieredIndex}, {@link dev.firn.internal.keys.Segments}
 * (what the numbers in a location stand for), {@link dev.firn.internal.keys.TableOrder} (which of
 * two changes of a key is newer), {@link dev.firn.internal.keys.RowNumbers} and {@link
 * dev.firn.internal.keys.Tombstones} (how new rows and deletes are) and {@link
 * dev.firn.internal.keys.IndexCheckpoint} (all of it from one process to the next).
 *
 * <p>Floor 2: imports {@code buffer}, {@code runs}, {@code local}, {@code api} and Iceberg's types.
 * Must not know how rows came in, how files are written or read, or commits, nor its neighbours
 * {@code convert}, {@code encode} and {@code scan}.
 */
@NullMarked
package dev.firn.internal.keys;

import org.jspecify.annotations.NullMarked;
