/**
 * Entries in order, in files on local disk that are written once: what an index keeps there when
 * memory does not hold it. An entry is one or two words and a value of 64 bits.
 *
 * <p>Doors: {@link dev.firn.internal.runs.RunDirectory} (where runs are written and opened), {@link
 * dev.firn.internal.runs.Run} and {@link dev.firn.internal.runs.RunCursor} (what is in them) and
 * {@link dev.firn.internal.runs.SortedEntries}.
 *
 * <p>Floor 1: imports {@code local} and {@code api.error}. Must not know what words and values
 * stand for, nor tables, nor when runs are merged.
 */
@NullMarked
package dev.firn.internal.runs;

import org.jspecify.annotations.NullMarked;
