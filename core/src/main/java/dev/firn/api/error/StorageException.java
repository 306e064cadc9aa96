package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * Files could not be written or read. Nothing is lost: what was buffered is still buffered, and the
 * next call tries again.
 *
 * @since 0.1
 */
public final class StorageException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String location;

  public StorageException(String message, String location, @Nullable Throwable cause) {
    super(message, cause);
    this.location = location;
  }

  /** What could not be read or written; may be empty. */
  public String location() {
    return location;
  }
}
