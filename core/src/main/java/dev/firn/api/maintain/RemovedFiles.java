package dev.firn.api.maintain;

/**
 * What {@link TableMaintenance#removeAbandonedFiles} did.
 *
 * @param dataFiles data files that were deleted
 * @param tokenFiles token files that were deleted
 * @param settledCommits commits that ended badly and of which nothing is left to do
 * @param waitingCommits commits that ended badly and whose files may not be deleted yet
 * @since 0.1
 */
public record RemovedFiles(int dataFiles, int tokenFiles, int settledCommits, int waitingCommits) {}
