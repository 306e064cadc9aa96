package dev.firn.api.maintain;

/**
 * What {@link TableMaintenance#convertEqualityDeletes} did.
 *
 * @param equalityDeleteFiles files of equality deletes that are not in the table any more; 0 if
 *     there were none, and nothing was done
 * @param rows rows that are deleted by position now
 * @param dataFiles data files that these rows are of
 * @since 0.1
 */
public record ConvertedDeletes(int equalityDeleteFiles, long rows, int dataFiles) {}
