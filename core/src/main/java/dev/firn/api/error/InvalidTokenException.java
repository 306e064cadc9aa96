package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * A mark, a range or a token was not one that this call can take: it does not advance, mixes named
 * and unnamed sources, or cannot be read. Nothing was changed.
 *
 * @since 0.1
 */
public final class InvalidTokenException extends FirnException {

  private static final long serialVersionUID = 1L;

  public InvalidTokenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
