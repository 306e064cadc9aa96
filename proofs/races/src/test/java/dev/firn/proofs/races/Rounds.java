package dev.firn.proofs.races;

import dev.firn.internal.stream.WriterRounds;
import java.nio.file.Path;
import java.time.Duration;

/** Rounds of whole writers, for a while. */
record Rounds(long seed) implements Check {

  private static final int ROUNDS_TO_FAIL = 40;
  private static final String FAILED = "rounds failed";

  @Override
  public boolean fails(Path directory) throws Exception {
    String first = String.valueOf(seed);
    Child child = Child.run(directory, Duration.ofMinutes(5), Rounds.class.getName(), first);
    return child.output().contains(FAILED);
  }

  public static void main(String[] arguments) {
    long first = Long.parseLong(arguments[0]);
    try {
      for (int round = 0; round < ROUNDS_TO_FAIL; round++) {
        WriterRounds.run(first + round);
      }
      System.out.println("rounds held");
    } catch (Exception | Error e) {
      System.out.println(FAILED);
      e.printStackTrace();
    }
    System.exit(0); // a writer that has failed may have threads that wait
  }
}
