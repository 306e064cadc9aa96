package dev.firn.internal.resolve;

import dev.firn.api.WriterOptions;
import dev.firn.testkit.UpsertSafety;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What the simulation of upserts needs of this room: a table by key that is not what it should be.
 */
public final class KeyedTableAccess {

  private KeyedTableAccess() {}

  /**
   * The table by key.
   *
   * @param without the safety that is missing; null if none is
   * @param loses whether the index loses an entry now
   */
  public static KeyedTable of(
      Table table,
      WriterOptions options,
      Executor executor,
      @Nullable UpsertSafety without,
      BooleanSupplier loses) {
    return KeyedTable.of(table, options, executor, new WeakenedKeys(without, loses));
  }

  /** The table by key, with an index that spills to its directory all the time. */
  public static KeyedTable spilling(Table table, WriterOptions options, Executor executor) {
    return KeyedTable.of(table, options, executor, new LittleMemory());
  }
}
