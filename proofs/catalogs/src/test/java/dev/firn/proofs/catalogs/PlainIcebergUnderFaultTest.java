package dev.firn.proofs.catalogs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenes have teeth: a writer without Firn's safeties is hurt in them, and it is counted. */
class PlainIcebergUnderFaultTest {

  @TempDir Path folder;

  static List<Scene> falseConflicts() {
    return List.of(
        scene(Place.REST, Fault.UNAVAILABLE_APPLIED),
        scene(Place.REST, Fault.TOO_MANY_APPLIED),
        scene(Place.REST, Fault.DOUBLED_SECOND_ANSWER),
        scene(Place.POSTGRESQL, Fault.CUT_APPLIED),
        scene(Place.SQLITE, Fault.CUT_APPLIED));
  }

  static List<Scene> falseUnknowns() {
    return List.of(
        scene(Place.REST, Fault.CUT_APPLIED),
        scene(Place.REST, Fault.LATE),
        scene(Place.POSTGRESQL, Fault.CUT_TWICE),
        scene(Place.SQLITE, Fault.DARK_APPLIED));
  }

  private static Scene scene(Place place, Fault fault) {
    return new Scene(place, fault, true, false);
  }

  private Outcome play(Scene scene) {
    return new SceneRun(scene, folder, FirnUnderFaultTest.SLOW).play(SceneRun.PLAIN);
  }

  @ParameterizedTest
  @MethodSource("falseConflicts")
  void theOtherWritersRowsAreDropped(Scene scene) {
    Outcome outcome = play(scene);
    assertThat(outcome.told()).isEqualTo(Told.SUCCESS);
    assertThat(outcome.foreignLost()).isEqualTo(Events.FOREIGN_ROWS);
    assertThat(outcome.isClean()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("falseConflicts")
  void theTableIsUnreadableAfterTheLastAttempt(Scene scene) {
    Outcome outcome = play(new Scene(scene.place(), scene.fault(), true, true));
    assertThat(outcome.told()).isEqualTo(Told.FAILURE);
    assertThat(outcome.landed()).isTrue();
    assertThat(outcome.readable()).isFalse();
    assertThat(outcome.isClean()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("falseUnknowns")
  void rowsAreDoubledByWhoeverMayNotLoseThem(Scene scene) {
    Outcome outcome = play(scene);
    assertThat(outcome.told()).isEqualTo(Told.UNKNOWN);
    assertThat(outcome.ownDoubled()).isEqualTo(Events.BATCH_ROWS);
    assertThat(outcome.isClean()).isFalse();
  }
}
