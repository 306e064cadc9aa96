package dev.firn.internal.commit;

import org.jspecify.annotations.Nullable;

/**
 * What a branch says of one stream.
 *
 * @param token where the stream stands; {@link StreamToken#NONE} when it begins, or is lost
 * @param lostBy why the token cannot be found although the stream has written here: {@code
 *     expired}, {@code replaced}, or {@code removed} with the file it lay in; null when nothing is
 *     lost
 * @param mirror the copy in the table's properties, when the history shows that it is of what the
 *     table holds now
 * @param missingParent the expired snapshot at which the history ends, when lost by expiry
 */
record Resolution(
    StreamToken token,
    @Nullable String lostBy,
    @Nullable StreamToken mirror,
    @Nullable Long missingParent) {

  static final String EXPIRED = "expired";
  static final String REPLACED = "replaced";
  static final String REMOVED = "removed";

  static Resolution found(StreamToken token) {
    return new Resolution(token, null, null, null);
  }

  boolean isLost() {
    return lostBy != null;
  }
}
