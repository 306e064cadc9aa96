package dev.firn.internal.stream;

import dev.firn.api.CommitPolicy;
import dev.firn.api.DeleteMode;
import dev.firn.api.WriterOptions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a commit is due: as the policy says, but for one thing. A commit that replaces rows in many
 * files writes what is deleted in each of them anew, however few rows it brings. If that takes more
 * bytes than {@link #DELETE_BYTES_PER_SECOND}, commits are further apart. Not so with equality
 * deletes: they are as many as the keys that come, and fewer commits would not make them fewer.
 *
 * <p>One thread at a time.
 */
final class CommitDue {

  /**
   * About a tenth of what one connection to an object store takes: the rest is for the rows. A
   * table of 100 million rows with updates all over is at it with a commit every second.
   */
  static final long DELETE_BYTES_PER_SECOND = 10L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(CommitDue.class);

  private final CommitPolicy policy;
  private final String streamId;

  /** Whether delete files are of data files, not of keys. */
  private final boolean deletesOfFiles;

  /** When the oldest row or mark since the last cut came, by the clock of the options. */
  private long oldestMillis;

  /** When the youngest row came. */
  private long youngestMillis;

  private boolean anything;
  private boolean told;

  CommitDue(WriterOptions options) {
    this.policy = options.commitPolicy();
    this.streamId = options.streamId();
    this.deletesOfFiles = options.deleteMode() != DeleteMode.EQUALITY_DELETES;
  }

  /** Something has come that a commit will have to cover; says whether it is the first. */
  boolean touch(long nowMillis) {
    youngestMillis = nowMillis;
    boolean first = !anything;
    if (first) {
      anything = true;
      oldestMillis = nowMillis;
    }
    return first;
  }

  /** All is cut, or dropped. */
  void clear() {
    anything = false;
  }

  /** Whether anything has come since. */
  boolean isAnything() {
    return anything;
  }

  /**
   * Whether the policy wants a commit.
   *
   * @param rows since the last cut
   * @param bytes of memory that they take
   * @param deleteBytes of the delete files of the last commit
   */
  boolean isDue(long nowMillis, long rows, long bytes, long deleteBytes) {
    if (!anything) {
      return false;
    }
    if (rows >= policy.rows() || bytes >= policy.bytes()) {
      return true;
    }
    boolean due =
        (!policy.interval().isZero()
                && nowMillis - oldestMillis >= Workers.millis(policy.interval()))
            || (!policy.idle().isZero()
                && nowMillis - youngestMillis >= Workers.millis(policy.idle()));
    return due && (!deletesOfFiles || nowMillis - oldestMillis >= leastMillis(deleteBytes));
  }

  private long leastMillis(long deleteBytes) {
    long least = deleteBytes * 1_000 / DELETE_BYTES_PER_SECOND;
    if (least > Workers.millis(policy.interval()) && !told) {
      told = true;
      LOG.info(
          "Stream {}: commits are {} apart instead of {}, for each writes {} bytes of delete files",
          streamId,
          Duration.ofMillis(least),
          policy.interval(),
          deleteBytes);
    }
    return least;
  }
}
