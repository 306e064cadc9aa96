package dev.firn.api;

import dev.firn.api.error.FirnException;
import java.util.Optional;

/**
 * A writer at one moment. Taken without I/O and without stopping the writer, so figures may be a
 * moment apart.
 *
 * @param state what the writer can do now
 * @param committed the token that the table holds, as last seen
 * @param marked the last mark
 * @param rowsAppended rows taken since the writer was opened, upserts and deletes among them
 * @param rowsCommitted rows made visible since the writer was opened
 * @param rowsRejected records refused since the writer was opened
 * @param bytesBuffered memory held by rows that are not yet in files
 * @param memoryLimitBytes the budget
 * @param openPartitions partitions that hold such rows
 * @param commitsInFlight commits under way
 * @param failure why the writer failed, if it has
 * @since 0.1
 */
public record WriterStatus(
    State state,
    CommitToken committed,
    CommitToken marked,
    long rowsAppended,
    long rowsCommitted,
    long rowsRejected,
    long bytesBuffered,
    long memoryLimitBytes,
    int openPartitions,
    int commitsInFlight,
    Optional<FirnException> failure) {

  /** What a writer can do. */
  public enum State {
    /** Takes rows. */
    OPEN,
    /** Has failed for good; see {@link WriterStatus#failure()}. */
    FAILED,
    /** Was closed. */
    CLOSED
  }
}
