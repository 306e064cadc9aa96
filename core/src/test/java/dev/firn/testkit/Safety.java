package dev.firn.testkit;

import java.util.Locale;

/** What the commit protocol rests on; the simulation can take one away and must notice. */
public enum Safety {
  /** Each attempt is built on one pinned base and makes one catalog call; Iceberg never retries. */
  EXACT_BASE;

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
