package dev.firn.internal.stream;

import dev.firn.api.WriterOptions;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.stage.Replacements;
import org.apache.iceberg.Table;

/** Opens the committers of writers that a simulation opens. */
@FunctionalInterface
public interface CommitterOpener {

  SnapshotCommitter open(Table table, WriterOptions options, Replacements replacements);
}
