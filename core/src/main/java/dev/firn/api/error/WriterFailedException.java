package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * Something failed that should not: a defect, or an error of the virtual machine. Reopen the writer
 * and replay from {@code committed()}.
 *
 * @since 0.1
 */
public final class WriterFailedException extends FirnException {

  private static final long serialVersionUID = 1L;

  public WriterFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
