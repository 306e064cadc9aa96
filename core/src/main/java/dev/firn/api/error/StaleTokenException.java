package dev.firn.api.error;

/**
 * The table's token is not where this commit starts: somebody else has committed these positions,
 * or the table was rolled back. Reopen the writer and replay from {@code committed()}.
 *
 * @since 0.1
 */
public final class StaleTokenException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String streamId;
  private final String expected;
  private final String found;

  public StaleTokenException(String message, String streamId, String expected, String found) {
    super(message);
    this.streamId = streamId;
    this.expected = expected;
    this.found = found;
  }

  /** The stream. */
  public String streamId() {
    return streamId;
  }

  /** Where the commit starts. */
  public String expected() {
    return expected;
  }

  /** Where the table is. */
  public String found() {
    return found;
  }
}
