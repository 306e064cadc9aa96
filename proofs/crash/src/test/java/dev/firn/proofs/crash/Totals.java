package dev.firn.proofs.crash;

import dev.firn.testkit.Call;
import java.util.EnumMap;
import java.util.Map;

/** What came of many runs in which one call went wrong. */
final class Totals {

  private final Map<Call, Integer> highest = new EnumMap<>(Call.class);
  private long runs;
  private long threw;
  private long died;
  private long intents;
  private long orphans;
  private long metadataOrphans;
  private long swept;

  void add(NthCall nthCall, NthCall.Outcome outcome) {
    runs++;
    highest.merge(nthCall.call(), nthCall.nth(), Math::max);
    died += nthCall.isDeath() ? 1 : 0;
    threw += outcome.threw() && !nthCall.isDeath() ? 1 : 0;
    intents += outcome.intents();
    orphans += outcome.orphans();
    metadataOrphans += outcome.metadataOrphans();
    swept += outcome.swept();
  }

  long runs() {
    return runs;
  }

  long swept() {
    return swept;
  }

  /** The highest n of each kind of call that was hit. */
  Map<Call, Integer> highest() {
    return highest;
  }

  @Override
  public String toString() {
    return String.format(
        "runs=%d died=%d threw=%d wentOn=%d intents=%d orphans=%d swept=%d (metadata orphans %d,"
            + " highest n %s)",
        runs, died, threw, runs - died - threw, intents, orphans, swept, metadataOrphans, highest);
  }
}
