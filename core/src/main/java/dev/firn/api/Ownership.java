package dev.firn.api;

/**
 * Who may write a stream at the same time.
 *
 * @since 0.1
 */
public enum Ownership {
  /**
   * One writer per stream id. Opening the stream raises its epoch in the table, which fences every
   * writer that opened it before.
   */
  EXCLUSIVE,

  /**
   * Many writers share the stream id, each for sources of its own (consumer groups). Every touched
   * source is compared-and-set by itself; {@code claim} with a newer generation fences the source's
   * previous owner.
   */
  PER_SOURCE
}
