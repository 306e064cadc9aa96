package dev.firn.proofs.objects;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;

/**
 * What a scene left in the table, by count and by key, as Iceberg's generic reader sees it.
 *
 * @param met whether everything that the scene holds in store struck
 * @param lost own events that are not there
 * @param doubled own events that are there more than once
 * @param foreignLost events of other writers that are not there
 * @param foreignDoubled events of other writers that are there more than once
 * @param strange events that nobody wrote
 * @param unreadable why the table cannot be read; empty if it can
 * @param orphans data files that no snapshot names
 * @param gaveUp whether the application stopped trying
 * @param failures what it saw
 */
record Outcome(
    boolean met,
    long lost,
    long doubled,
    long foreignLost,
    long foreignDoubled,
    long strange,
    String unreadable,
    long orphans,
    boolean gaveUp,
    List<String> failures) {

  /**
   * What was written.
   *
   * @param own events from 0 to here
   * @param foreign events from {@link Events#FOREIGN} to here
   */
  record Expected(long own, long foreign) {
    boolean isOne(long id) {
      return id >= 0 && id < own || id >= Events.FOREIGN && id < foreign;
    }
  }

  Outcome {
    failures = List.copyOf(failures);
  }

  static Outcome of(
      Table table, Expected expected, boolean met, boolean done, List<String> failures) {
    Map<Long, Integer> rows;
    long orphans;
    try {
      rows = Events.read(table);
      orphans = Events.orphans(table);
    } catch (RuntimeException e) {
      String why = e.getClass().getSimpleName();
      return new Outcome(met, 0, 0, 0, 0, 0, why, 0, !done, failures);
    }
    return new Outcome(
        met,
        missing(rows, 0, expected.own()),
        doubled(rows, 0, expected.own()),
        missing(rows, Events.FOREIGN, expected.foreign()),
        doubled(rows, Events.FOREIGN, expected.foreign()),
        rows.keySet().stream().filter(id -> !expected.isOne(id)).count(),
        "",
        orphans,
        !done,
        failures);
  }

  private static long missing(Map<Long, Integer> rows, long from, long to) {
    return LongStream.range(from, to).filter(id -> !rows.containsKey(id)).count();
  }

  private static long doubled(Map<Long, Integer> rows, long from, long to) {
    return LongStream.range(from, to).filter(id -> rows.getOrDefault(id, 0) > 1).count();
  }

  /** In a few words: exact, or what is wrong. */
  String verdict() {
    if (!unreadable.isEmpty()) {
      return "table unreadable";
    }
    List<String> words = new ArrayList<>();
    say(words, "loses", lost, "");
    say(words, "doubles", doubled, "");
    say(words, "loses", foreignLost, " of others");
    say(words, "doubles", foreignDoubled, " of others");
    say(words, "invents", strange, "");
    if (gaveUp) {
      words.add("gives up");
    }
    return words.isEmpty() ? "exact" : String.join(", ", words);
  }

  private static void say(List<String> words, String what, long count, String whose) {
    if (count > 0) {
      words.add(what + " " + count + whose);
    }
  }

  /** Whether every event is there exactly once, and nothing else. */
  boolean isExact() {
    return unreadable.isEmpty()
        && !gaveUp
        && lost + doubled + foreignLost + foreignDoubled + strange == 0;
  }
}
