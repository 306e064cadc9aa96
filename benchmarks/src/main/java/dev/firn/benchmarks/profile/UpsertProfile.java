package dev.firn.benchmarks.profile;

import dev.firn.benchmarks.upsert.FirnUpserts;
import java.util.Arrays;
import java.util.Locale;

/**
 * Samples Firn while it upserts batches of random keys into a table of a million, and prints how
 * the steps share the time; with {@code --places} also the lines that take most time and allocate
 * most.
 *
 * <pre>
 * java -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints \
 *     -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.profile.UpsertProfile [--places]
 * </pre>
 */
public final class UpsertProfile {

  private static final int WARM_UPS = 2;
  private static final int TRIALS = 4;
  private static final int PLACES = 60;
  private static final String NAME = "upsert";

  private UpsertProfile() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    long caller = Thread.currentThread().getId();
    Samples samples =
        new Samples(
            UpsertCentres::of,
            thread ->
                thread.getJavaThreadId() == caller || thread.getJavaName().startsWith("firn-"));
    for (int i = 0; i < WARM_UPS + TRIALS; i++) {
      try (FirnUpserts upserts = new FirnUpserts(i)) {
        if (i < WARM_UPS) {
          upserts.run();
        } else {
          samples.record(upserts::run);
        }
      }
    }
    System.out.printf(Locale.ROOT, "# %s: %d samples%n", NAME, samples.count());
    samples.printCentres(NAME, 100);
    if (Arrays.asList(args).contains("--places")) {
      samples.printPlaces(NAME, 100, PLACES);
    }
  }
}
