package dev.firn.proofs.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.objects.Contestant.Rival;
import dev.firn.proofs.objects.Scene.CatalogKind;
import dev.firn.proofs.objects.StoreCall.Kind;
import dev.firn.proofs.objects.StoreCall.Verb;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenes of an object store in trouble that hurt most, each with a foreign commit in between:
 * Firn loses nothing and doubles nothing. {@code AllScenesTest} plays the rest.
 */
class ObjectStoreTest {

  @TempDir static Path directory;
  private static Stage stage;

  @BeforeAll
  static void setUp() throws Exception {
    stage = new Stage(directory);
  }

  @AfterAll
  static void tearDown() throws Exception {
    stage.close();
  }

  static List<Scene> worstScenes() {
    CatalogKind jdbc = CatalogKind.JDBC;
    int through = Scene.THROUGH;
    return List.of(
        Scene.preconditionFailed(jdbc, Kind.DATA),
        Scene.preconditionFailed(jdbc, Kind.MANIFEST_LIST),
        Scene.preconditionFailed(jdbc, Kind.METADATA),
        Scene.of(jdbc, Verb.PUT, Kind.DATA, StoreFault.DONE_RESET, through),
        Scene.of(jdbc, Verb.PUT, Kind.METADATA, StoreFault.DONE_ERROR, through),
        Scene.of(jdbc, Verb.PUT, Kind.METADATA, StoreFault.FORBIDDEN, 1),
        Scene.of(jdbc, Verb.GET, Kind.MANIFEST, StoreFault.SLOW_DOWN, through),
        Scene.of(jdbc, Verb.GET, Kind.MANIFEST_LIST, StoreFault.HALF_BODY, 1),
        Scene.of(jdbc, Verb.GET, Kind.METADATA, StoreFault.HALF_BODY, 1),
        Scene.of(jdbc, Verb.DELETE, Kind.METADATA, StoreFault.ERROR, through),
        Scene.landedThenGateway(503),
        Scene.landsWhileSentAgain());
  }

  @ParameterizedTest
  @MethodSource("worstScenes")
  void firnLosesAndDoublesNothing(Scene scene) {
    Outcome outcome = stage.play(scene, Rival.FIRN);
    assertThat(outcome.met()).as("the scene was played: %s", outcome).isTrue();
    assertThat(outcome.isExact()).as("%s", outcome).isTrue();
  }

  @Test
  void aFileWhosePutAnsweredAnErrorAlthoughItWasStoredIsAnOrphanAndItsRowsAreThereOnce() {
    Outcome outcome = stage.play(Scene.storedAndNotDeleted(CatalogKind.JDBC), Rival.FIRN);
    assertThat(outcome.met()).isTrue();
    assertThat(outcome.orphans()).isEqualTo(1);
    assertThat(outcome.isExact()).as("%s", outcome).isTrue();
  }

  /** That the scenes bite, and that the count sees it. */
  @Test
  void plainIcebergLosesTheOthersRowsWhenALandedCommitIsAnswered503() {
    Outcome outcome = stage.play(Scene.landedThenGateway(503), Rival.PLAIN);
    assertThat(outcome.foreignLost()).as("%s", outcome).isPositive();
    assertThat(outcome.isExact()).isFalse();
  }

  @Test
  void aTokenLookedForBeforehandDoublesRowsWhenACommitLandsLate() {
    Outcome outcome = stage.play(Scene.landsWhileSentAgain(), Rival.TOKEN);
    assertThat(outcome.doubled()).as("%s", outcome).isPositive();
    assertThat(outcome.isExact()).isFalse();
  }

  @Test
  void aValidatedTokenCostsTheTableWhenALandedCommitIsAnswered503() {
    Outcome outcome = stage.play(Scene.landedThenGateway(503), Rival.VALIDATED);
    assertThat(outcome.unreadable()).as("%s", outcome).isNotEmpty();
    assertThat(outcome.isExact()).isFalse();
  }
}
