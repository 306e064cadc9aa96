package dev.firn.internal.stream;

import dev.firn.api.CommitResult;

/** What has landed. Counted by one thread at a time, read by any. */
final class CommitTally {

  private volatile long rows;
  private volatile long deleteFileBytes;

  /** A batch of so many rows has landed. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
  void landed(long batchRows, CommitResult result) {
    rows += batchRows;
    deleteFileBytes = result.replaced().deleteFileBytes();
  }

  /** Rows of all batches. */
  long rows() {
    return rows;
  }

  /** Bytes of the delete files of the last batch. */
  long deleteFileBytes() {
    return deleteFileBytes;
  }
}
