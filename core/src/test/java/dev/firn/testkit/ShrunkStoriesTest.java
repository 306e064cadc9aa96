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

  /** Made though unknown, rolled back and expired with its files, and then sent once more. */
  @Test
  void aCommitInDoubtIsNotSentAgainWhenItsFilesMayBeGone() {
    holds(
        2296, 1, 2, 17, 21, 22, 105, 106, 107, 114, 115, 123, 124, 141, 142, 143, 153, 155, 157,
        165, 166, 168, 169, 170, 174, 175, 177, 178, 180, 181, 182, 183, 184, 185, 186, 188, 195,
        197);
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
