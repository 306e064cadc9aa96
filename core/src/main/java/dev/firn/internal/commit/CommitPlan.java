package dev.firn.internal.commit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt is to make of the pinned base.
 *
 * @param commitId the commit's id, the same over all attempts
 * @param files what becomes of data and delete files
 * @param tokens the branch's token map after the commit
 * @param token the committing stream's token in it; null for a change that is no stream's, which
 *     leaves all tokens to the snapshots that have them
 * @param registry what the stream's property is to say; null to leave it
 */
record CommitPlan(
    UUID commitId,
    FileChanges files,
    TokenMap tokens,
    @Nullable StreamToken token,
    @Nullable RegistryUpdate registry) {

  /**
   * The stream's property after the commit.
   *
   * @param createdMillis when the stream was first seen
   * @param rootSnapshotId the root of the stream's history; null if it is the new snapshot itself
   */
  record RegistryUpdate(long createdMillis, @Nullable Long rootSnapshotId) {}
}
