package dev.firn.proofs.catalogs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Firn in every scene, at a commit and at the opening of a stream. */
class FirnUnderFaultTest {

  /** The answer that is 30 s late comes after one in the gate. */
  static final Duration SLOW = Duration.ofSeconds(1);

  @TempDir Path folder;

  static List<Scene> scenes() {
    return Scene.all();
  }

  static List<Scene> openings() {
    return Scene.all().stream().filter(scene -> scene.foreign() && !scene.lastAttempt()).toList();
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void nothingIsLostAndNothingDoubled(Scene scene) {
    Outcome outcome = new SceneRun(scene, folder, SLOW).play(SceneRun.FIRN);
    assertThat(outcome).matches(Outcome::isClean, "is clean");
    assertThat(outcome.told()).isEqualTo(scene.fault().isDark() ? Told.UNKNOWN : Told.SUCCESS);
  }

  @ParameterizedTest
  @MethodSource("openings")
  void anOpeningUnderFaultLosesAndDoublesNothing(Scene scene) {
    Outcome outcome = new SceneRun(scene, folder, SLOW).playOpening();
    assertThat(outcome).matches(Outcome::isClean, "is clean");
  }
}
