package dev.firn.api.error;

/**
 * The index of keys may not grow as far as it must. Reopen the writer with more memory for the
 * index, or with a directory that it may spill to, and replay from {@code committed()}.
 *
 * @since 0.1
 */
public final class IndexFullException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final long neededBytes;
  private final long heldBytes;
  private final long limitBytes;

  public IndexFullException(String message, long neededBytes, long heldBytes, long limitBytes) {
    super(message);
    this.neededBytes = neededBytes;
    this.heldBytes = heldBytes;
    this.limitBytes = limitBytes;
  }

  /** Bytes that were asked for in vain, beyond those held. */
  public long neededBytes() {
    return neededBytes;
  }

  /** Bytes that the index holds. */
  public long heldBytes() {
    return heldBytes;
  }

  /** The memory limit of the index, in bytes. */
  public long limitBytes() {
    return limitBytes;
  }
}
