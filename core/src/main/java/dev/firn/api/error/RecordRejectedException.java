package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * The record was refused whole, and the writer is as it was before the call: skip the record,
 * repair it, or put it where bad records are kept. {@link #field()} names the column (a dotted path
 * for nested ones, empty when the mapper itself failed) and {@link #reason()} says why in one
 * sentence.
 *
 * @since 0.1
 */
public final class RecordRejectedException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String reason;

  public RecordRejectedException(
      String message, String field, String reason, @Nullable Throwable cause) {
    super(message, cause);
    this.field = field;
    this.reason = reason;
  }

  /** The column, a dotted path for nested ones; empty when the mapper itself failed. */
  public String field() {
    return field;
  }

  /** Why, in one sentence. */
  public String reason() {
    return reason;
  }
}
