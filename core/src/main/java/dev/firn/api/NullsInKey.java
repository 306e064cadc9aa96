package dev.firn.api;

/**
 * What a null in a column of the key means, to a writer that upserts by key.
 *
 * @since 0.1
 */
public enum NullsInKey {
  /**
   * A row without a whole key could not be found again: the record is refused with {@link
   * dev.firn.api.error.RecordRejectedException}.
   */
  REJECT,

  /** Null is a value like others and equal to itself, which is what equality deletes mean by it. */
  AS_VALUE
}
