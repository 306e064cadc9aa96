package dev.firn.internal.stream;

import dev.firn.api.WriterOptions;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.stage.Replacements;
import java.util.concurrent.Executor;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What the options say of keys.
 *
 * @param table the table by its key; null for a stream that only appends
 */
record StreamKeys(@Nullable KeyedTable table) {

  /** There are none. */
  static final StreamKeys NONE = new StreamKeys(null);

  /** Of a stream, or of all writers of a group together. */
  static StreamKeys of(Table table, WriterOptions options, Executor executor) {
    return new StreamKeys(options.key().isEmpty() ? null : KeyedTable.of(table, options, executor));
  }

  /** Who says what a commit replaces. */
  Replacements replacements() {
    return table == null ? Replacements.NONE : table;
  }

  /** The options for the committer: its many small delete files are written by {@code executor}. */
  WriterOptions committing(WriterOptions options, Executor executor) {
    return table == null ? options : options.toBuilder().executor(executor).build();
  }

  /** No commit of theirs is under way any more, or none is waited for. */
  void close() {
    if (table != null) {
      table.close();
    }
  }

  /** Reads what the table holds as {@code committer}, just opened, sees it. */
  void open(StreamCommitter committer) {
    if (table != null) {
      table.open(committer.base());
    }
  }
}
