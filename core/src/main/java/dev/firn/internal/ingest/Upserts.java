package dev.firn.internal.ingest;

import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.TableKey;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.stage.EqualityScope;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a stream that upserts take the place of others.
 *
 * @param key tells rows apart
 * @param secret what keys are hashed with
 * @param table who knows where the rows of the table are; null if nobody does, and equality deletes
 *     are written
 */
public record Upserts(TableKey key, KeySecret secret, @Nullable KeyedTable table) {

  private static final int OLDEST_FORMAT = 2;
  private static final int NEWEST_FORMAT = 3;

  /** By the rows that {@code table} finds. */
  public static Upserts through(KeyedTable table) {
    return new Upserts(table.key(), table.secret(), table);
  }

  /**
   * By equality deletes.
   *
   * @param options whose key and branch count
   * @throws UnsupportedTableException if the table has no such key, or if equality deletes of it
   *     would not find all rows
   * @throws StorageException if the table's newest snapshot cannot be read
   */
  public static Upserts byEqualityDeletes(Table table, WriterOptions options) {
    TableKey key =
        TableKey.of(table.schema(), options.key().orElse(List.of()), options.nullsInKey());
    int format = TableUtil.formatVersion(table);
    if (format < OLDEST_FORMAT || format > NEWEST_FORMAT) {
      throw new UnsupportedTableException(
          "Table "
              + table.name()
              + " is of format version "
              + format
              + ". Equality deletes are written to tables of format versions 2 and 3.",
          table.name(),
          null);
    }
    EqualityScope.requireKeyed(table.schema(), table.spec(), key.ids());
    requireReach(table, options.branch());
    return new Upserts(key, KeySecret.random(), null);
  }

  private static void requireReach(Table table, String branch) {
    Snapshot head = table.snapshot(branch);
    try {
      EqualityScope.requireReach(
          table.spec(), table.specs(), head == null ? table.currentSnapshot() : head, table.io());
    } catch (FirnException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StorageException(
          "The newest snapshot of table "
              + table.name()
              + " cannot be read: "
              + e.getMessage()
              + ". Open the writer again when the storage is well.",
          table.location(),
          e);
    }
  }
}
