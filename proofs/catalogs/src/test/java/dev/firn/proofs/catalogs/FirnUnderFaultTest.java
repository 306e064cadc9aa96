package dev.firn.proofs.catalogs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Firn in every scene, at a commit and at the opening of a stream. The gate plays those in which
 * somebody else commits meanwhile; there the answer that is 30 s late comes after one.
 */
class FirnUnderFaultTest {

  static final Duration SLOW = Duration.ofSeconds(1);
  static final Duration REALLY_SLOW = Duration.ofSeconds(30);

  @TempDir Path folder;

  static List<Scene> withForeignCommit() {
    return Scene.all().stream().filter(scene -> scene.foreign() && !scene.lastAttempt()).toList();
  }

  static List<Scene> all() {
    return Scene.all();
  }

  @ParameterizedTest
  @MethodSource("withForeignCommit")
  void nothingIsLostAndNothingDoubled(Scene scene) {
    play(scene, SLOW);
  }

  @Tag("integration")
  @ParameterizedTest
  @MethodSource("all")
  void nothingIsLostAndNothingDoubledInAnyScene(Scene scene) {
    play(scene, REALLY_SLOW);
  }

  @Tag("integration")
  @ParameterizedTest
  @MethodSource("all")
  void anOpeningUnderFaultLosesAndDoublesNothing(Scene scene) {
    check(scene, new SceneRun(scene, folder, REALLY_SLOW).playOpening());
  }

  private void play(Scene scene, Duration slow) {
    check(scene, new SceneRun(scene, folder, slow).play(SceneRun.FIRN));
  }

  private static void check(Scene scene, Outcome outcome) {
    assertThat(outcome).matches(Outcome::isClean, "is clean");
    assertThat(outcome.told()).isEqualTo(scene.fault().isDark() ? Told.UNKNOWN : Told.SUCCESS);
  }
}
