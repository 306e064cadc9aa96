package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The thread was interrupted while it waited for memory, a commit or a close. Nothing was taken,
 * and the thread's interrupt flag is set again.
 *
 * @since 0.1
 */
public final class WriterInterruptedException extends FirnException {

  private static final long serialVersionUID = 1L;

  public WriterInterruptedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
