package dev.firn.internal.maintain;

import dev.firn.api.maintain.RewrittenFiles;
import dev.firn.internal.commit.CommitterAccess;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.iceberg.Table;

/** A rewrite of data files in simulated time. */
public final class CompactionAccess {

  private CompactionAccess() {}

  /**
   * Rewrites files.
   *
   * @param mostFileBytes of a new file, so that there are several
   * @param waits is told of each wait between attempts
   */
  public static RewrittenFiles run(Table table, long mostFileBytes, Consumer<Duration> waits) {
    return new Compaction(
            table, mostFileBytes, (t, plan) -> CommitterAccess.rewrite(t, plan, waits))
        .run();
  }
}
