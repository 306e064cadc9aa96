package dev.firn.proofs.races;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stress tests on real processors, run by jcstress in processes of its own.
 *
 * @param tests a regular expression of their names
 */
record Stress(String tests) implements Check {

  private static final Pattern SAMPLES =
      Pattern.compile("([\\d,]+) +[<\\d.]+% +(Acceptable|Interesting|Forbidden)");
  private static final Pattern NAMES = Pattern.compile("\\[(?:OK|FAILED)\\] (dev\\.firn\\.\\S+)");

  /** Several times of what a short run takes. */
  private static final Duration MOMENT = Duration.ofSeconds(90);

  /**
   * What came of them.
   *
   * @param tests the names of those that ran
   * @param samples how often their threads met
   * @param forbidden how often they did what they must not
   */
  record Outcome(Set<String> tests, long samples, long forbidden, Child child) {}

  /** Runs them with the {@code options} of jcstress. */
  Outcome run(Path directory, Duration patience, String options)
      throws IOException, InterruptedException {
    String all = "-v -c 2 -af NONE -sc false -jvmArgs -Xmx256m -r report " + options;
    String main = "org.openjdk.jcstress.Main";
    Child child = Child.run(directory, patience, main, ("-t " + tests + " " + all).split(" "));
    // Each run says its figures when it ends, and all together are said at the end.
    String said = child.output();
    String results = said.substring(Math.max(0, said.indexOf("RUN RESULTS")));
    long samples = 0;
    long forbidden = 0;
    for (Matcher m = SAMPLES.matcher(results); m.find(); ) {
      long count = Long.parseLong(m.group(1).replace(",", ""));
      samples += count;
      forbidden += m.group(2).equals("Forbidden") ? count : 0;
    }
    Set<String> names = NAMES.matcher(results).results().map(m -> m.group(1)).collect(toSet());
    return new Outcome(names, samples, forbidden, child);
  }

  /** To hang is to fail: where nobody is woken, each of a thousand samples takes seconds. */
  @Override
  public boolean fails(Path directory) throws Exception {
    Outcome outcome = run(directory, MOMENT, "-f 1 -fsm 1 -iters 2 -time 300");
    return outcome.forbidden() > 0 || outcome.child().exit() != 0;
  }

  @Override
  public String toString() {
    return tests;
  }
}
