package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The table kept moving under every attempt until the commit deadline passed, and this commit is
 * definitely not in the table. Reopen the writer and replay from {@code committed()}.
 *
 * @since 0.1
 */
public final class CommitConflictException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final int attempts;

  public CommitConflictException(String message, int attempts, @Nullable Throwable cause) {
    super(message, cause);
    this.attempts = attempts;
  }

  /** How many attempts were made. */
  public int attempts() {
    return attempts;
  }
}
