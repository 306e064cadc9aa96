package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the simulation once found, shrunk to the steps that it took. */
class ShrunkStoriesTest {

  private static void holds(long seed, int... steps) {
    assertThat(CommitSimulation.run(seed, Story.steps(steps), null, line -> {}).violations())
        .isEmpty();
  }

  /** A writer's expiry took the copy, and nothing told that the copied stream's token was old. */
  @Test
  void aCherryPickThatIsExpiredBehindAnothersCommitDoublesNothing() {
    holds(4, 132, 133, 148);
  }

  /** A new branch inherits main's rows; its token map was removed, and the stream began anew. */
  @Test
  void aStreamDoesNotBeginAnewOnABranchWhoseTokensWereRemoved() {
    holds(1501, 1, 9, 12, 15);
  }

  /**
   * Its snapshot stayed for the sake of a branch, so that main's cut history looked rolled back.
   */
  @Test
  void aCommitWhoseHistoryWasExpiredUnderItIsNotTakenForRolledBack() {
    holds(284, 25, 27, 31, 32, 34, 35, 36, 39, 40, 42, 43, 51, 55, 64);
  }

  @Test
  void aStoryShrinksToTheStepsThatItTakes() {
    Story shrunk =
        Story.of(200)
            .shrunk(
                story -> {
                  boolean three = false;
                  boolean hundred = false;
                  for (int step : story.steps()) {
                    three |= step == 3;
                    hundred |= step == 100;
                  }
                  return three && hundred;
                });
    assertThat(shrunk.steps()).containsExactly(3, 100);
  }
}
