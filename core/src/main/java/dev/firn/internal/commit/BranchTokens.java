package dev.firn.internal.commit;

import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * The token map that holds at a branch's head.
 *
 * @param map the map; empty if no ancestor carries one, or its file was removed
 * @param removed whether the map lay in a file that is not there any more
 * @param carrier the nearest ancestor that carries a map
 * @param depth how many snapshots stand above the carrier
 * @param end how the history ended when no carrier was found
 */
record BranchTokens(
    TokenMap map, boolean removed, @Nullable Snapshot carrier, int depth, HistoryEnd end) {

  /**
   * Where a walk to the oldest ancestor ended.
   *
   * @param truncated whether the parent of the oldest ancestor was expired
   * @param snapshotId the missing parent if truncated; else the root; {@link
   *     StreamRegistry#UNKNOWN} if there is no snapshot at all
   */
  record HistoryEnd(boolean truncated, long snapshotId) {}
}
