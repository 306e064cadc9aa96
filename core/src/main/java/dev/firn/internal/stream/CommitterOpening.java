package dev.firn.internal.stream;

import dev.firn.api.WriterOptions;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.stage.Replacements;
import org.apache.iceberg.Table;

/** How a committer is opened: the seam for tests. */
@FunctionalInterface
interface CommitterOpening {

  SnapshotCommitter open(Table table, WriterOptions options, Replacements replacements);
}
