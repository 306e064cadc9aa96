package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a branch knows of one stream.
 *
 * @param epoch raised by each exclusive opening; 0 for streams that are shared per source
 * @param owner the writer that raised the epoch last; tells equal epochs on two sides of a rollback
 *     apart
 * @param number counts this stream's commits
 * @param commitId the stream's newest commit
 * @param positions how far each source is in the table
 * @param generations the newest claim of each source that was ever claimed
 */
record StreamToken(
    long epoch,
    UUID owner,
    long number,
    UUID commitId,
    CommitToken positions,
    Map<String, Long> generations) {

  private static final UUID NOBODY = new UUID(0, 0);

  /** A stream that has not begun. */
  static final StreamToken NONE =
      new StreamToken(0, NOBODY, 0, NOBODY, CommitToken.none(), Map.of());

  StreamToken {
    generations = Collections.unmodifiableMap(new TreeMap<>(generations));
  }

  long generation(String source) {
    return generations.getOrDefault(source, 0L);
  }

  /** The next commit of the same owner. */
  StreamToken next(UUID commit, CommitToken newPositions) {
    return new StreamToken(epoch, owner, number + 1, commit, newPositions, generations);
  }

  StreamToken ownedBy(long newEpoch, UUID newOwner) {
    return new StreamToken(newEpoch, newOwner, number, commitId, positions, generations);
  }

  StreamToken withPositions(CommitToken newPositions) {
    return new StreamToken(epoch, owner, number, commitId, newPositions, generations);
  }

  StreamToken withoutGenerations() {
    return new StreamToken(epoch, owner, number, commitId, positions, Map.of());
  }

  /** These claims, on top of those there are. */
  StreamToken claimed(Map<String, Long> claims) {
    Map<String, Long> merged = new TreeMap<>(generations);
    claims.forEach((source, generation) -> merged.merge(source, generation, Math::max));
    return new StreamToken(epoch, owner, number, commitId, positions, merged);
  }
}
