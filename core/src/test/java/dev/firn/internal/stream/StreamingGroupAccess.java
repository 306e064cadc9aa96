package dev.firn.internal.stream;

import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.internal.commit.SnapshotCommitter;
import java.time.Duration;
import java.util.function.BiFunction;
import org.apache.iceberg.Table;

/** What the commit simulation needs of this room: a group on a committer of its own. */
public final class StreamingGroupAccess {

  private StreamingGroupAccess() {}

  /** A group whose committer {@code opening} opens, and whose commits wait for nobody. */
  public static WriterGroup open(
      Table table,
      WriterOptions options,
      BiFunction<Table, WriterOptions, SnapshotCommitter> opening) {
    return new StreamingGroup(
        table, options, (on, with, keyed) -> opening.apply(on, with), Duration.ZERO);
  }
}
