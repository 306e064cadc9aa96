package dev.firn.testkit;

import java.util.Locale;

/** What the commit protocol rests on; the simulation can take one away and must notice. */
public enum Safety {
  /** Each attempt is built on one pinned base and makes one catalog call; Iceberg never retries. */
  EXACT_BASE,

  /** A batch is held against the positions that the base says. */
  CAS,

  /** After every failure the commit's own id is looked for. */
  COMMIT_ID,

  /** Every commit carries the tokens of the branch's other streams. */
  CARRY_FORWARD,

  /** Files of a batch that was in an attempt are deleted only when it can never land any more. */
  INTENTS,

  /** Opening a stream shuts out the writer that had it before. */
  EPOCH;

  /** The name on a command line: {@code exact-base}. */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The safety of that name. */
  public static Safety of(String option) {
    for (Safety safety : values()) {
      if (safety.option().equals(option)) {
        return safety;
      }
    }
    throw new IllegalArgumentException("No safety is called " + option);
  }
}
