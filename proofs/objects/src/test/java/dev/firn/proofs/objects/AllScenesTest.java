package dev.firn.proofs.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.objects.Contestant.Rival;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of call to the store with every fault that fits it, for Firn and for plain Iceberg.
 * The report goes to {@code target}, or where {@code firn.objects.report} says.
 */
@Tag("integration")
class AllScenesTest {

  private static final String COMMAND =
      "mvn -q -B -Pintegration -f proofs/objects/pom.xml test -Dtest=AllScenesTest"
          + " -Dfirn.objects.report=../../docs/reference/object-store-faults.md";

  @TempDir static Path directory;

  @Test
  void firnLosesAndDoublesNothingInAnyScene() throws Exception {
    Path file = Path.of(System.getProperty("firn.objects.report", "target/object-store-faults.md"));
    SceneReport report = new SceneReport(COMMAND);
    List<Outcome> wrong = Collections.synchronizedList(new ArrayList<>());
    ExecutorService lanes = Executors.newFixedThreadPool(Rival.values().length);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Rival rival : Rival.values()) {
        running.add(lanes.submit(() -> play(rival, report, wrong)));
      }
      for (Future<?> lane : running) {
        lane.get();
      }
    } finally {
      lanes.shutdownNow();
    }
    report.write(file);
    assertThat(wrong).isEmpty();
  }

  /** Each contestant has a store of its own, so that they can play at the same time. */
  private static Void play(Rival rival, SceneReport report, List<Outcome> wrong) throws Exception {
    try (Stage stage = new Stage(directory.resolve(rival.name()))) {
      for (Scene scene : Scene.all()) {
        Outcome outcome = stage.play(scene, rival);
        report.add(scene, rival, outcome);
        if (rival == Rival.FIRN && !(outcome.isExact() && outcome.met())) {
          System.out.println(scene + ": " + outcome);
          wrong.add(outcome);
        }
      }
    }
    return null;
  }
}
