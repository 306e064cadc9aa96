package dev.firn.api;

/**
 * How a writer with a key takes the rows away that its own replace.
 *
 * @since 0.1
 */
public enum DeleteMode {
  /**
   * By position: an index of the table's keys knows the row of each. Deletion vectors in tables of
   * format version 3, position deletes in version 2. Readers pay least; the writer pays memory or
   * disk for the index, and reads the keys of the table when it is opened.
   */
  AUTO,

  /**
   * By key: each commit says which keys came, and readers look for their older rows themselves. No
   * index is built, kept or read, so the writer starts at once on a table of any size, and a {@link
   * StagingTableWriter} may upsert too. Readers pay, more with every commit, until the deletes are
   * turned into deletes by position ({@link
   * dev.firn.api.maintain.TableMaintenance#convertEqualityDeletes}) or the data files are
   * rewritten; a writer of mode {@link #AUTO} refuses the table until then.
   *
   * <p>The table must be unpartitioned, or partitioned by columns of the key alone, and no data
   * file may be left of another partition spec: a delete is found in its own partition only.
   */
  EQUALITY_DELETES
}
