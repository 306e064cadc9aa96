package dev.firn.api.error;

/**
 * The table has seen this stream before, but its token cannot be found any more: snapshots were
 * expired or cherry-picked, the table was replaced, or a file was removed that is named in the
 * snapshot's summary only. Firn does not guess: say where to resume with a lost-token policy.
 *
 * @since 0.1
 */
public final class TokenLostException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String streamId;
  private final String lostBy;

  public TokenLostException(String message, String streamId, String lostBy) {
    super(message);
    this.streamId = streamId;
    this.lostBy = lostBy;
  }

  /** The stream. */
  public String streamId() {
    return streamId;
  }

  /** What took the token away. */
  public String lostBy() {
    return lostBy;
  }
}
