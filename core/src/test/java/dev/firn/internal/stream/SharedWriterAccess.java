package dev.firn.internal.stream;

import dev.firn.api.SharedTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import org.apache.iceberg.Table;

/** What the simulations need of this room: a shared writer on a committer of its own. */
public final class SharedWriterAccess {

  private SharedWriterAccess() {}

  /** A shared writer whose committer {@code opening} opens. */
  public static <T> SharedTableWriter<T> open(
      Table table, RecordMapper<T> mapper, WriterOptions options, CommitterOpener opening) {
    return new SharedWriter<>(table, mapper, options, opening::open);
  }
}
