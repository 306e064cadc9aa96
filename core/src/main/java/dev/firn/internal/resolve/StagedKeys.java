package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.KeyBatch;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one staged commit.
 *
 * @param keys each key once
 * @param locations of each key's row: the number of its file in {@code files}, and its position in
 *     it; {@link dev.firn.internal.keys.RowLocation#NONE} for a key that is to have no row
 * @param truncates whether all keys that are not among these are to have no row
 * @param files the sealed files by number; null where none came about
 * @param superseded by file, the rows in it that are not the last of their key; null for none
 * @param release gives back the memory that the keys have taken
 */
@SuppressWarnings("ArrayRecordComponent") // one long a row, never compared and never changed
public record StagedKeys(
    KeyBatch keys,
    long[] locations,
    boolean truncates,
    List<@Nullable DataFile> files,
    List<@Nullable DeletedRows> superseded,
    Runnable release) {}
