package dev.firn.api.record;

/**
 * The map being written: the n-th key belongs to the n-th value.
 *
 * <p>Add a key, then its value: {@code map.keys().addString("a"); map.values().addLong(1);}. The
 * record is rejected if there are more of one than of the other, or if a key is null. Keys are not
 * checked for duplicates. Not thread-safe, reused from row to row.
 *
 * @since 0.1
 */
public interface MapAppender {

  /** The keys so far; each call of its {@code add...} adds one entry's key. */
  ListAppender keys();

  /** The values so far; each call of its {@code add...} adds one entry's value. */
  ListAppender values();
}
