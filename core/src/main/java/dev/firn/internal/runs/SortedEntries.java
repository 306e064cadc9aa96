package dev.firn.internal.runs;

/**
 * A way through entries in the order of their words, as unsigned numbers. Entries of the same words
 * follow each other. Stands before the first entry at the beginning.
 */
public interface SortedEntries {

  /** Goes to the next entry; false at the end. */
  boolean next();

  /** The first or the only word of the entry. */
  long first();

  /** The second word of the entry, 0 where there is one. */
  long second();

  /** The value of the entry. */
  long value();
}
