package dev.firn.testkit;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The steps of a seed that are taken, by number: all of them, or the few that it takes to fail. A
 * step draws the same whatever other steps are taken.
 */
public record Story(int[] steps) {

  /** The first {@code count} steps. */
  public static Story of(int count) {
    return new Story(IntStream.rangeClosed(1, count).toArray());
  }

  /** These steps. */
  public static Story steps(int... numbers) {
    return new Story(numbers);
  }

  /**
   * What the dice of a step are thrown with: the same whatever other steps are taken, so that a
   * story in which some are left out is the same story in the others.
   */
  static long dice(long seed, int step) {
    long mixed = (seed * 0x9E3779B97F4A7C15L + step) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 29)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 32);
  }

  Story upTo(int step) {
    return new Story(Arrays.stream(steps).filter(number -> number <= step).toArray());
  }

  /**
   * A story that still fails, and does not any more when any one of its steps is left out: ever
   * smaller pieces are left out for as long as it fails without them.
   */
  Story shrunk(Predicate<Story> fails) {
    Story story = this;
    for (int piece = Math.max(1, steps.length / 2); piece > 0; ) {
      boolean smaller = false;
      for (int from = story.steps.length - piece; from >= 0; from -= piece) {
        Story without = story.without(from, from + piece);
        if (fails.test(without)) {
          story = without;
          smaller = true;
        }
      }
      if (!smaller || piece > story.steps.length) {
        piece /= 2;
      }
    }
    return story;
  }

  private Story without(int from, int to) {
    return new Story(
        IntStream.range(0, steps.length)
            .filter(i -> i < from || i >= to)
            .map(i -> steps[i])
            .toArray());
  }

  @Override
  public String toString() {
    return Arrays.stream(steps).mapToObj(String::valueOf).collect(Collectors.joining(", "));
  }
}
