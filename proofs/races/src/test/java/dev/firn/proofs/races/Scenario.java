package dev.firn.proofs.races;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;

/**
 * A static method that runs a few threads and throws if something does not hold afterwards. Known
 * by name, so that it can be loaded beside a mutant of what it looks at.
 */
record Scenario(String className, String method) {

  private static final List<String> CLASSES =
      List.of(
          "dev.firn.internal.buffer.BudgetOrders",
          "dev.firn.internal.encode.ColumnOrders",
          "dev.firn.internal.ingest.SealOrders",
          "dev.firn.internal.stream.GuardOrders");

  static Stream<Scenario> all() {
    return CLASSES.stream().flatMap(Scenario::of);
  }

  private static Stream<Scenario> of(String className) {
    try {
      return Stream.of(Class.forName(className).getDeclaredMethods())
          .filter(method -> Modifier.isPublic(method.getModifiers()))
          .map(method -> new Scenario(className, method.getName()))
          .sorted((a, b) -> a.method.compareTo(b.method));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs it in up to {@code orders} orders of its threads.
   *
   * @return what failed and in which order, or null if it held
   */
  String failure(ClassLoader loader, int orders) {
    Runnable once = once(loader);
    once.run(); // what is made once is made before the orders are looked at
    try {
      Lincheck.runConcurrentTest(orders, once);
      return null;
    } catch (LincheckAssertionError e) {
      return e.getMessage();
    }
  }

  private Runnable once(ClassLoader loader) {
    Method target;
    try {
      target = Class.forName(className, true, loader).getMethod(method);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return () -> {
      try {
        target.invoke(null);
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(e.getCause());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  @Override
  public String toString() {
    return className.substring(className.lastIndexOf('.') + 1) + "." + method;
  }
}
