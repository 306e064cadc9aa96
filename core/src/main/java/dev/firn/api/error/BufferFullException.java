package dev.firn.api.error;

/**
 * Memory stayed full for the whole block deadline. The record was not taken; call again later.
 *
 * @since 0.1
 */
public final class BufferFullException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final long limitBytes;
  private final java.time.Duration waited;

  public BufferFullException(String message, long limitBytes, java.time.Duration waited) {
    super(message);
    this.limitBytes = limitBytes;
    this.waited = waited;
  }

  /** The memory limit, in bytes. */
  public long limitBytes() {
    return limitBytes;
  }

  /** How long the call waited: the block deadline. */
  public java.time.Duration waited() {
    return waited;
  }
}
