package dev.firn.internal.keys;

import dev.firn.internal.runs.Run;
import dev.firn.internal.runs.RunCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for keys in the runs of a shard, the newest first: the first that has a key has all of it.
 * Keys that are asked for in order cost one read for each block. One thread at a time. Hot.
 */
final class RunProbe {

  private final List<RunCursor> cursors = new ArrayList<>();

  /** Goes to the runs of another shard. */
  void enter(List<Run> newestFirst) {
    cursors.clear();
    for (Run run : newestFirst) {
      cursors.add(new RunCursor(run));
    }
  }

  /** Where a key's first location is; null if it has none. */
  @Nullable RunCursor find(long first, long second) {
    for (int c = 0; c < cursors.size(); c++) {
      RunCursor cursor = cursors.get(c);
      if (cursor.seek(first, second)) {
        return cursor.value() == RowLocation.GONE ? null : cursor;
      }
    }
    return null;
  }

  /**
   * Looks for a key and reports what it has.
   *
   * @return how many locations that is
   */
  int report(long first, long second, int key, Locations to) {
    RunCursor found = find(first, second);
    if (found == null) {
      to.set(key, RowLocation.NONE);
      return 0;
    }
    to.set(key, found.value());
    int count = 1;
    while (found.next()) {
      to.addOther(key, found.value());
      count++;
    }
    return count;
  }
}
