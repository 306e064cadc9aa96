package dev.firn.api.record;

/**
 * What happened to a row at its source, in the words of change data capture.
 *
 * <p>An update may come as one change, {@code UPDATE_AFTER}, or as two: the row as it was ({@code
 * UPDATE_BEFORE}), then the row as it is. If the update has changed the key, both are needed, or
 * the row stays under its old key: the first takes the old key away, the second writes the new one.
 * If the key is the same, the first does nothing that the second does not do, for the last change
 * of a key wins. Both belong before the same mark, so that no reader sees the table in between.
 *
 * @since 0.1
 */
public enum ChangeKind {
  /** A new row. */
  INSERT(false),

  /** A row as it was before an update; of the record only the key counts. */
  UPDATE_BEFORE(true),

  /** A row as it is after an update. */
  UPDATE_AFTER(false),

  /** A row that is gone; of the record only the key counts. */
  DELETE(true);

  private final boolean removal;

  ChangeKind(boolean removal) {
    this.removal = removal;
  }

  /** Whether this change by itself leaves no row with the record's key. */
  public boolean isRemoval() {
    return removal;
  }
}
