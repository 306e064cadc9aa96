package dev.firn.internal.stream;

import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import java.time.Duration;
import org.apache.iceberg.Table;

/** What the simulations need of this room: a group on a committer of its own. */
public final class StreamingGroupAccess {

  private StreamingGroupAccess() {}

  /** A group whose committer {@code opening} opens, and whose commits wait for nobody. */
  public static WriterGroup open(Table table, WriterOptions options, CommitterOpener opening) {
    return new StreamingGroup(table, options, opening::open, Duration.ZERO);
  }
}
