package dev.firn.benchmarks.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rounds in which every contestant does the same work once. Whoever begins changes from round to
 * round, so that a slow moment of the machine hits everybody alike.
 */
public final class Contest {

  /** Rounds that are not counted: the first one compares every value, both warm the compiler up. */
  private final int warmUps;

  private final int rounds;

  public Contest(int warmUps, int rounds) {
    this.warmUps = warmUps;
    this.rounds = rounds;
  }

  /** The results of every contestant, one for each counted round. */
  public Map<String, List<Contestant.Result>> run(List<? extends Contestant> contestants)
      throws Exception {
    Map<String, List<Contestant.Result>> results = new HashMap<>();
    for (Contestant contestant : contestants) {
      results.put(contestant.name(), new ArrayList<>());
    }
    List<Contestant> order = new ArrayList<>(contestants);
    for (int round = 0; round < warmUps + rounds; round++) {
      for (Contestant contestant : order) {
        Contestant.Result result = contestant.round(round == 0);
        if (round >= warmUps) {
          results.getOrDefault(contestant.name(), List.of()).add(result);
        }
      }
      Collections.rotate(order, 1);
    }
    return results;
  }
}
