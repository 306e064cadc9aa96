package dev.firn.testkit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one snapshot holds, as the oracle worked it out; kept when the snapshot is expired.
 *
 * @param positions how far each source of each stream is in
 * @param epochs the highest epoch of each stream in this history
 * @param deleted events that were in and that somebody else deleted
 */
record SnapshotTruth(
    long snapshotId,
    @Nullable Long parentId,
    Set<String> files,
    Map<EventRange.Key, Long> positions,
    Map<String, Long> epochs,
    List<EventRange> deleted) {

  static final SnapshotTruth EMPTY =
      new SnapshotTruth(-1, null, Set.of(), Map.of(), Map.of(), List.of());

  /** Who holds a stream. */
  record Owner(long epoch, UUID id) {}

  /** Where a stream must resume on top of this snapshot. */
  CommitToken token(String stream) {
    CommitToken token = CommitToken.none();
    for (Map.Entry<EventRange.Key, Long> entry : positions.entrySet()) {
      if (entry.getKey().stream().equals(stream)) {
        String source = entry.getKey().source();
        token =
            source.isEmpty()
                ? CommitToken.of(entry.getValue())
                : token.with(source, Position.of(entry.getValue()));
      }
    }
    return token;
  }

  @Override
  public String toString() {
    return "snapshot " + snapshotId + " with " + positions + ", epochs " + epochs;
  }
}
