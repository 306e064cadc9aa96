package dev.firn.proofs.catalogs;

import java.util.List;

/**
 * What is in the table after a scene, against what should be.
 *
 * @param told what the commit that was hurt told its caller
 * @param landed whether its rows were in the table at that moment
 * @param readable whether the table can be read at the end; if not, nothing below was counted
 * @param historyReadable whether all snapshots that the table keeps can be read at the end
 */
record Outcome(
    Told told,
    boolean landed,
    boolean readable,
    boolean historyReadable,
    int ownLost,
    int ownDoubled,
    int foreignLost,
    int foreignDoubled) {

  static Outcome unreadable(Told told, boolean landed) {
    return new Outcome(told, landed, false, false, 0, 0, 0, 0);
  }

  static Outcome counted(
      Told told,
      boolean landed,
      boolean historyReadable,
      List<Long> ids,
      List<Long> own,
      List<Long> foreign) {
    long strangers = ids.stream().filter(id -> !own.contains(id) && !foreign.contains(id)).count();
    if (strangers > 0) {
      throw new AssertionError(strangers + " rows that nobody wrote in " + ids);
    }
    return new Outcome(
        told,
        landed,
        true,
        historyReadable,
        lost(ids, own),
        doubled(ids, own),
        lost(ids, foreign),
        doubled(ids, foreign));
  }

  private static int lost(List<Long> ids, List<Long> wanted) {
    return (int) wanted.stream().filter(id -> !ids.contains(id)).count();
  }

  private static int doubled(List<Long> ids, List<Long> wanted) {
    long found = ids.stream().filter(wanted::contains).count();
    return (int) (found - (wanted.size() - lost(ids, wanted)));
  }

  /** Nothing lost, nothing doubled, nothing broken, no lie. */
  boolean isClean() {
    return readable
        && historyReadable
        && told.isTrue(landed)
        && ownLost + ownDoubled + foreignLost + foreignDoubled == 0;
  }
}
