package dev.firn.internal.commit;

import dev.firn.api.StagedCommit;
import dev.firn.internal.commit.CommitLoop.Landed;
import dev.firn.internal.stage.StagedFiles;
import java.util.List;

/**
 * A batch whose outcome may not be known yet.
 *
 * @param change what is to become a snapshot
 * @param doubt what is not known about its attempts
 * @param staged the batch as it was handed in
 * @param batch the same, decoded
 */
record Unfinished(
    Changes.Adding change, Doubt doubt, List<StagedCommit> staged, CommitBatch batch) {

  /** What {@code landed}, the end of this batch, has made visible; nothing if it was in before. */
  List<StagedFiles> committed(Landed landed) {
    boolean ours = landed.landed() || (doubt.wasSent() && landed.snapshot() != null);
    return ours ? change.accepted() : List.of();
  }
}
