package dev.firn.benchmarks.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rounds in which every contestant does the same work once. Whoever begins changes from round to
 * round, so that a slow moment of the machine hits everybody alike.
 *
 * <p>Before that everybody warms up: the first time every value of the output is compared, and it
 * goes on until the compiler has had time for the contestant's code, as long as a round is short.
 */
public final class Contest {

  private static final int MOST_WARM_UPS = 15;

  private final Duration warmUp;
  private final int rounds;

  /**
   * @param warmUp processor time that each contestant gets before it counts
   */
  public Contest(Duration warmUp, int rounds) {
    this.warmUp = warmUp;
    this.rounds = rounds;
  }

  /** The results of every contestant, one for each counted round. */
  public Map<String, List<Contestant.Result>> run(List<? extends Contestant> contestants)
      throws Exception {
    Map<String, List<Contestant.Result>> results = new HashMap<>();
    for (Contestant contestant : contestants) {
      results.put(contestant.name(), new ArrayList<>());
      warmUp(contestant);
    }
    List<Contestant> order = new ArrayList<>(contestants);
    for (int round = 0; round < rounds; round++) {
      for (Contestant contestant : order) {
        results.getOrDefault(contestant.name(), List.of()).add(contestant.round(false));
      }
      Collections.rotate(order, 1);
    }
    return results;
  }

  private void warmUp(Contestant contestant) throws Exception {
    long nanos = contestant.round(true).cost().cpuNanos();
    for (int i = 1; i < MOST_WARM_UPS && nanos < warmUp.toNanos(); i++) {
      nanos += contestant.round(false).cost().cpuNanos();
    }
  }
}
