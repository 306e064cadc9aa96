package dev.firn.internal.keys;

import dev.firn.api.error.FirnException;

/** The key index may not grow as far as it must: give it more memory, or fewer keys. */
public final class IndexFullException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final long neededBytes;
  private final long heldBytes;

  IndexFullException(long neededBytes, long heldBytes) {
    super(
        "the key index holds "
            + heldBytes
            + " bytes and needs "
            + neededBytes
            + " more, which its memory limit does not allow; raise the limit for the index by that"
            + " much at least, about 24 bytes for each key of up to 8 bytes and 36 for each longer"
            + " one");
    this.neededBytes = neededBytes;
    this.heldBytes = heldBytes;
  }

  /** Bytes that were asked for in vain. */
  public long neededBytes() {
    return neededBytes;
  }

  /** Bytes that the index holds. */
  public long heldBytes() {
    return heldBytes;
  }
}
