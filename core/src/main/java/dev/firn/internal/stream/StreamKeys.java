package dev.firn.internal.stream;

import dev.firn.api.DeleteMode;
import dev.firn.api.WriterOptions;
import dev.firn.internal.ingest.Upserts;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.stage.Replacements;
import java.util.concurrent.Executor;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the options say of keys.
 *
 * @param upserts how rows take the place of others; null for a stream that only appends
 */
record StreamKeys(@Nullable Upserts upserts) {

  private static final Logger LOG = LoggerFactory.getLogger(StreamKeys.class);

  private static final int FIRST_WITH_VECTORS = 3;

  /** There are none. */
  static final StreamKeys NONE = new StreamKeys((Upserts) null);

  /** Of a stream whose rows {@code table} looks for. */
  StreamKeys(KeyedTable table) {
    this(Upserts.through(table));
  }

  /** Of a stream, or of all writers of a group together. */
  static StreamKeys of(Table table, WriterOptions options, Executor executor) {
    if (options.key().isEmpty()) {
      return NONE;
    }
    return options.deleteMode() == DeleteMode.EQUALITY_DELETES
        ? new StreamKeys(Upserts.byEqualityDeletes(table, options))
        : new StreamKeys(KeyedTable.of(table, options, executor));
  }

  /** The table by its key; null if nobody looks for rows. */
  private @Nullable KeyedTable table() {
    return upserts == null ? null : upserts.table();
  }

  /** Whether rows are deleted by key, so that nobody looks for them. */
  boolean areEqualityDeletes() {
    return upserts != null && upserts.table() == null;
  }

  /** Who says what a commit replaces. */
  Replacements replacements() {
    KeyedTable table = table();
    return table == null ? Replacements.NONE : table;
  }

  /** The options for the committer: its many small delete files are written by {@code executor}. */
  WriterOptions committing(WriterOptions options, Executor executor) {
    return upserts == null ? options : options.toBuilder().executor(executor).build();
  }

  /** No commit of theirs is under way any more, or none is waited for. */
  void close() {
    KeyedTable table = table();
    if (table != null) {
      table.close();
    }
  }

  /** Reads what the table holds as {@code committer}, just opened, sees it. */
  void open(StreamCommitter committer, WriterOptions options) {
    if (upserts != null) {
      tellMode(committer.base(), options.streamId());
    }
    KeyedTable table = table();
    if (table != null) {
      table.open(committer.base());
    }
  }

  private void tellMode(TableMetadata base, String streamId) {
    int format = base.formatVersion();
    if (areEqualityDeletes()) {
      LOG.info("Stream {} upserts by equality deletes, because its options say so", streamId);
    } else {
      LOG.info(
          "Stream {} upserts by {} and an index of keys, because its table is of format version {}",
          streamId,
          format >= FIRST_WITH_VECTORS ? "deletion vectors" : "position deletes",
          format);
    }
  }
}
