package dev.firn.testkit;

import java.util.Locale;

/** What upserts rest on; the simulation can take one away and must notice. */
public enum UpsertSafety {
  /** What others did to the table since the last look is taken into account before each commit. */
  STATE_DIFF,

  /** Keys in the index are counted against rows in the table before each commit. */
  CARDINALITY_CHECK,

  /** Each deletion vector lies in a file of its own. */
  SINGLE_VECTOR,

  /** A commit lands on the snapshot that its deletes were worked out for, or not at all. */
  EXACT_BASE,

  /** A row of the table that is newer keeps out what comes late. */
  VERSIONS,

  /** The ids that rows keep are those of the snapshot that the commit lands on. */
  ROW_IDS;

  /** The name on a command line: {@code exact-base}. */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The safety of that name. */
  public static UpsertSafety of(String option) {
    for (UpsertSafety safety : values()) {
      if (safety.option().equals(option)) {
        return safety;
      }
    }
    throw new IllegalArgumentException("No safety of upserts is called " + option);
  }
}
