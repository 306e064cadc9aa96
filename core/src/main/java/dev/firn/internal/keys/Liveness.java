package dev.firn.internal.keys;

/**
 * Which of an index's entries still hold. That a row once had a key stays true for ever, for files
 * never change; but the row may have been deleted since, by whomever, and its file may be gone.
 * Such an entry is dead, which is no error: it is passed over, and swept away some day.
 */
public interface Liveness {

  /** Whether the row at {@code location} is in the table. */
  boolean isLive(long location);
}
