package dev.firn.testkit;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table that is upserted, in numbers; {@link KeyedShape} knows the cells.
 *
 * @param key which key it has
 * @param region where it is, which is no part of the key
 * @param event which change wrote it, no two the same; negative for another engine's
 */
record KeyedRow(int key, int region, long event) {

  /** How far the versions of others may be from the beginning. */
  private static final int FOREIGN_VERSIONS = 20_000;

  /** What the row has in an order column, if the table has one; null for some of other engines'. */
  @Nullable Long version() {
    if (event >= 0) {
      return KeyedEvents.versionOf(event, false);
    }
    int dice = new Random(event).nextInt(FOREIGN_VERSIONS);
    return dice % 5 == 0 ? null : Long.valueOf(dice);
  }

  /** As {@link #version}; none is lower than all. */
  long versionOrLowest() {
    Long version = version();
    return version == null ? Long.MIN_VALUE : version;
  }
}
