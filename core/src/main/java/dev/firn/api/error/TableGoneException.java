package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * There is no such table: it was dropped, another table now stands under its name, or it was never
 * made. A writer that had it will never commit again.
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
