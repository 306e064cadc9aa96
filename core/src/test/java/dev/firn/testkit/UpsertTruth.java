package dev.firn.testkit;

import dev.firn.api.CommitToken;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one snapshot of an upserted table must hold.
 *
 * @param positions how far each source of each stream is in
 * @param written rows that Firn's commit made
 * @param replaced rows of its parent that it took away
 * @param missedDeletes keys that it was to take away, and that had no row
 * @param lateChanges changes that were older than what their key had
 */
record UpsertTruth(
    @Nullable Long parentId,
    Map<EventRange.Key, Long> positions,
    KeyedContent content,
    long written,
    long replaced,
    long missedDeletes,
    long lateChanges) {

  static final UpsertTruth EMPTY = new UpsertTruth(null, Map.of(), KeyedContent.EMPTY, 0, 0, 0, 0);

  /** Where a stream must resume on top of this snapshot. */
  CommitToken token(String stream) {
    Map<String, Long> own = new HashMap<>();
    positions.forEach(
        (key, position) -> {
          if (key.stream().equals(stream)) {
            own.put(key.source(), position);
          }
        });
    CommitToken token = CommitToken.none();
    for (Map.Entry<String, Long> entry : own.entrySet()) {
      token =
          token.advancedBy(
              entry.getKey().isEmpty()
                  ? CommitToken.of(entry.getValue())
                  : CommitToken.of(entry.getKey(), entry.getValue()));
    }
    return token;
  }
}
