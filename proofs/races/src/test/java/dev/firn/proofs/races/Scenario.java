package dev.firn.proofs.races;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that run, and what must hold afterwards: one of the runnables that a class names in
 * its {@code all()}. Known by name, so that another process can run it with a mutant of what it
 * looks at.
 */
record Scenario(String className, String name) implements Check {

  private static final int ORDERS_TO_FAIL = 2_000;
  private static final String FAILED = "scenario failed";

  private static final List<String> CLASSES =
      List.of(
          "dev.firn.internal.buffer.BudgetOrders",
          "dev.firn.internal.encode.ColumnOrders",
          "dev.firn.internal.ingest.SealOrders",
          "dev.firn.internal.stream.GuardOrders");

  static Stream<Scenario> all() {
    return CLASSES.stream()
        .flatMap(owner -> runnables(owner).keySet().stream().map(n -> new Scenario(owner, n)));
  }

  private static Map<String, Runnable> runnables(String className) {
    try {
      Map<String, Runnable> all = new TreeMap<>();
      Map<?, ?> named = (Map<?, ?>) Class.forName(className).getMethod("all").invoke(null);
      named.forEach((key, value) -> all.put((String) key, (Runnable) value));
      return all;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs it in up to {@code orders} orders of its threads.
   *
   * @return what failed and in which order, or null if it held
   */
  @Nullable String failure(int orders) {
    // Called through reflection it would be one step for the checker, and hold in its only order.
    Runnable threads = runnables(className).get(name);
    try {
      Lincheck.runConcurrentTest(orders, threads);
      return null;
    } catch (LincheckAssertionError e) {
      return e.getMessage();
    }
  }

  @Override
  public boolean fails(Path directory) throws Exception {
    Duration patience = Duration.ofMinutes(5);
    Child child = Child.run(directory, patience, Scenario.class.getName(), className, name);
    return child.output().contains(FAILED);
  }

  public static void main(String[] arguments) {
    String failure = new Scenario(arguments[0], arguments[1]).failure(ORDERS_TO_FAIL);
    System.out.println(failure == null ? "scenario held" : FAILED + "\n" + failure);
    System.exit(0); // threads of a scenario that has failed may wait for ever
  }

  @Override
  public String toString() {
    return className.substring(className.lastIndexOf('.') + 1) + "." + name;
  }
}
