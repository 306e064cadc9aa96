package dev.firn.proofs.iceberg;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes in this process, and tells how each of their cases ended. */
final class PublishedTests {

  /** How a case ended. */
  enum End {
    PASSED,
    FAILED,
    /** By an assumption of its own, or switched off where it was published. */
    SKIPPED
  }

  /**
   * A case that was run.
   *
   * @param name class, method and, where there are several, the parameters
   * @param id for another run of the same case
   * @param files that Firn wrote, or refused to, meanwhile
   * @param cause why it failed or was skipped, else null
   */
  record Case(String name, String id, End end, int files, Throwable cause) {

    /** Of what it says, the beginning. */
    String causeText() {
      String text = String.valueOf(cause).strip();
      return text.substring(0, Math.min(400, text.length()));
    }
  }

  private PublishedTests() {}

  /** Every case of a class. */
  static List<Case> run(Class<?> type) {
    return run(selectClass(type));
  }

  /** One case of a class once more; the class, if it did not come to its cases. */
  static Case again(Class<?> type, Case known) {
    List<Case> cases =
        run(known.id().contains("[class:") ? selectUniqueId(known.id()) : selectClass(type));
    if (cases.size() != 1) {
      throw new IllegalStateException(known.name() + " is not one case but " + cases);
    }
    return cases.get(0);
  }

  private static List<Case> run(DiscoverySelector selector) {
    LauncherConfig alone =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();
    Launcher launcher = LauncherFactory.create(alone);
    Ends ends = new Ends();
    launcher.execute(LauncherDiscoveryRequestBuilder.request().selectors(selector).build(), ends);
    return ends.cases;
  }

  private static final class Ends implements TestExecutionListener {

    private final List<Case> cases = new ArrayList<>();
    private TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
      plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      if (test.isTest()) {
        FirnSeam.takeFiles();
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      if (test.isTest()) {
        cases.add(
            new Case(name(test), test.getUniqueId(), End.SKIPPED, 0, new AssertionError(reason)));
      }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Throwable cause = result.getThrowable().orElse(null);
      if (test.isTest()) {
        End end =
            switch (result.getStatus()) {
              case SUCCESSFUL -> End.PASSED;
              case ABORTED -> End.SKIPPED;
              case FAILED -> End.FAILED;
            };
        cases.add(new Case(name(test), test.getUniqueId(), end, FirnSeam.takeFiles(), cause));
      } else if (cause != null) {
        cases.add(new Case(test.getDisplayName(), test.getUniqueId(), End.FAILED, 1, cause));
      }
    }

    private String name(TestIdentifier test) {
      MethodSource method = (MethodSource) test.getSource().orElseThrow();
      String type = method.getClassName();
      String name = type.substring(type.lastIndexOf('.') + 1) + "." + method.getMethodName();
      boolean several =
          plan.getParent(test).map(p -> p.getSource().orElse(null)).orElse(null)
              instanceof MethodSource;
      return several ? name + " " + test.getDisplayName() : name;
    }
  }
}
