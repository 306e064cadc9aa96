package dev.firn.proofs.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.objects.Contestant.Rival;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    List<String> wrong = new ArrayList<>();
    try (Stage stage = new Stage(directory)) {
      for (Scene scene : Scene.all()) {
        for (Rival rival : Rival.values()) {
          Outcome outcome = stage.play(scene, rival);
          report.add(scene, rival, outcome);
          if (rival == Rival.FIRN && !(outcome.isExact() && outcome.met())) {
            wrong.add(scene + ": " + outcome);
          }
        }
        report.write(file); // so far; a long run that is cut short leaves something
      }
    }
    assertThat(wrong).isEmpty();
  }
}
