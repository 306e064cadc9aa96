package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The table was dropped, or another table now stands under its name. This writer will never commit
 * again.
 *
 * @since 0.1
 */
public final class TableGoneException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String table;

  public TableGoneException(String message, String table, @Nullable Throwable cause) {
    super(message, cause);
    this.table = table;
  }

  /** The name of the table. */
  public String table() {
    return table;
  }
}
