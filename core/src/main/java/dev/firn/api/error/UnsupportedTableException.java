package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The table, its catalog or one of its columns is such that Firn cannot write it safely. The
 * message names what and why.
 *
 * @since 0.1
 */
public final class UnsupportedTableException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String subject;

  public UnsupportedTableException(String message, String subject, @Nullable Throwable cause) {
    super(message, cause);
    this.subject = subject;
  }

  /** The table, property or column that cannot be written. */
  public String subject() {
    return subject;
  }
}
