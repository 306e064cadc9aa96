package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything Firn throws on purpose. Its kinds say what the caller does next; see the
 * package description for the table. Adapters add kinds for what can go wrong with their sources.
 *
 * @since 0.1
 */
public abstract class FirnException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  protected FirnException(String message) {
    super(message);
  }

  protected FirnException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
