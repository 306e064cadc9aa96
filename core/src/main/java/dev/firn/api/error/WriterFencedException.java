package dev.firn.api.error;

/**
 * Another writer has opened this stream since; this one must stop. Its rows that were not committed
 * will be replayed by the new owner.
 *
 * @since 0.1
 */
public final class WriterFencedException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String streamId;
  private final long epoch;
  private final long tableEpoch;

  public WriterFencedException(String message, String streamId, long epoch, long tableEpoch) {
    super(message);
    this.streamId = streamId;
    this.epoch = epoch;
    this.tableEpoch = tableEpoch;
  }

  /** The stream. */
  public String streamId() {
    return streamId;
  }

  /** The epoch of this writer. */
  public long epoch() {
    return epoch;
  }

  /** The epoch in the table. */
  public long tableEpoch() {
    return tableEpoch;
  }
}
