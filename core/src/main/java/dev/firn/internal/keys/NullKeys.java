package dev.firn.internal.keys;

/** What a null in a column of the key means. */
public enum NullKeys {
  /** A row without a whole key cannot be replaced, and is refused. */
  REJECT,
  /** Null is a value, equal to itself: what equality deletes mean by it. */
  AS_VALUE
}
