package dev.firn.api;

import dev.firn.api.error.InvalidTokenException;
import java.util.Arrays;

/**
 * Sealed files and the range of positions they cover, as immutable, opaque, versioned bytes. Safe
 * to ship to another process, to store, and to commit twice. Bytes written by one minor version are
 * read by the next.
 *
 * @since 0.1
 */
public final class StagedCommit {

  /** The first bytes of every staged commit: {@code FIRN}. */
  private static final byte[] MAGIC = {'F', 'I', 'R', 'N'};

  private final byte[] bytes;

  private StagedCommit(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A staged commit from its bytes. Only the first bytes are looked at here; everything else is
   * checked when it is committed.
   *
   * @throws InvalidTokenException if these are not the bytes of a staged commit
   */
  public static StagedCommit fromBytes(byte[] bytes) {
    if (bytes.length < MAGIC.length
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new InvalidTokenException(
          "Not a staged commit: "
              + bytes.length
              + " bytes that do not start with FIRN. Pass the bytes of StagedCommit.toBytes().",
          null);
    }
    return new StagedCommit(bytes.clone());
  }

  /** The bytes; a copy. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StagedCommit that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "StagedCommit[" + bytes.length + " bytes]";
  }
}
