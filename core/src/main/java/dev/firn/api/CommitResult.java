package dev.firn.api;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What became of one commit. When several writers of a {@link WriterGroup} were committed together,
 * each has a result of its own rows, with the snapshot and the attempts that they share.
 *
 * @param outcome whether a snapshot was made
 * @param snapshotId the snapshot that holds these rows; empty when there was nothing to commit
 * @param token the table's token for this stream after the commit
 * @param rows rows that this commit made visible
 * @param replaced rows that it took away; {@link Replaced#NONE} for a writer that only appends
 * @param files data files that this commit added
 * @param bytes bytes of these files
 * @param attempts catalog calls it took
 * @param timings where the time went
 * @since 0.1
 */
public record CommitResult(
    Outcome outcome,
    OptionalLong snapshotId,
    CommitToken token,
    long rows,
    Replaced replaced,
    int files,
    long bytes,
    int attempts,
    Timings timings) {

  /** Whether a snapshot was made. */
  public enum Outcome {
    /** One new snapshot holds the rows and the token. */
    COMMITTED,
    /** The rows were in the table already, under the same token; nothing was done. */
    ALREADY_COMMITTED,
    /** There were neither rows nor an advanced mark; nothing was done. */
    NOTHING_TO_COMMIT
  }

  /**
   * What upserts and deletes did to rows that were in the table before. With {@link
   * DeleteMode#EQUALITY_DELETES} nobody looks for these rows, so {@code rows} and {@code
   * missedDeletes} are 0 whatever there was, and only the bytes are known.
   *
   * @param rows rows of the table that this commit took away, deleted or replaced by newer ones
   * @param missedDeletes deletes of keys that had no row
   * @param lateChanges rows and deletes that were dropped, because they were older than what their
   *     key had when they came; 0 without {@link WriterOptions.Builder#orderBy}
   * @param deleteFileBytes bytes of the delete files that say so, about
   */
  public record Replaced(long rows, long missedDeletes, long lateChanges, long deleteFileBytes) {
    /** No row was taken away, and none was missed. */
    public static final Replaced NONE = new Replaced(0, 0, 0, 0);
  }

  /**
   * Wall time by phase.
   *
   * @param waiting from the request until the batch's turn came
   * @param sealing encoding what was still in memory, and writing the files
   * @param committing building metadata and calling the catalog, all attempts together
   */
  public record Timings(Duration waiting, Duration sealing, Duration committing) {
    /** No time at all. */
    public static final Timings NONE = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO);
  }
}
