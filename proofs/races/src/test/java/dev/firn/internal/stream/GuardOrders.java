package dev.firn.internal.stream;

import static dev.firn.proofs.races.Race.require;
import static dev.firn.proofs.races.Race.together;

import dev.firn.api.CommitToken;
import java.time.Duration;

/** What holds of the pipeline's lock and of the marks, in whatever order their callers get on. */
public final class GuardOrders {

  private static final Duration LONG = Duration.ofHours(1);

  private GuardOrders() {}

  /** Whoever waits looks again after each change. */
  public static void aChangeWakesAllWhoWait() {
    Guard guard = new Guard();
    int[] value = new int[1];
    together(
        () -> require(guard.await(() -> value[0] >= 1, LONG, "waiting"), "missed the first"),
        () -> require(guard.await(() -> value[0] >= 2, LONG, "waiting"), "missed the second"),
        () -> {
          guard.run(() -> value[0]++);
          guard.with(() -> value[0]++);
        });
  }

  /** What is done with the wait's end is done before anybody else changes anything. */
  public static void onlyOneGetsWhatBothWaitedFor() {
    Guard guard = new Guard();
    boolean[] free = new boolean[1];
    int[] got = new int[1];
    Runnable taker =
        () -> {
          guard.await(
              () -> free[0],
              LONG,
              "waiting",
              () -> {
                free[0] = false;
                got[0]++;
              });
          require(got[0] == 1, "two have it");
          guard.run(
              () -> {
                got[0]--;
                free[0] = true;
              });
        };
    together(taker, taker, () -> guard.run(() -> free[0] = true));
    require(free[0] && got[0] == 0, "not given back");
  }

  /** A mark that comes while a cut is made is in that cut or in the next, never in both. */
  public static void aMarkIsTakenOnce() {
    Marks marks = new Marks(CommitToken.of(1));
    CommitToken[] first = new CommitToken[1];
    together(() -> marks.advance(5), () -> first[0] = marks.takePending());
    CommitToken second = marks.takePending();
    boolean inFirst = first[0].position().orElse(0) == 5;
    boolean inSecond = second.position().orElse(0) == 5;
    require(inFirst != inSecond, "the mark is in " + first[0] + " and in " + second);
  }

  /** A status in between sees a mark as a whole. */
  public static void aMarkIsSeenAsAWhole() {
    Marks marks = new Marks(CommitToken.of("a", 1).advancedBy(CommitToken.of("b", 1)));
    CommitToken both = CommitToken.of("a", 2).advancedBy(CommitToken.of("b", 2));
    CommitToken[] seen = new CommitToken[1];
    together(() -> marks.advance(both), () -> seen[0] = marks.last());
    var positions = seen[0].positions();
    require(positions.get("a").equals(positions.get("b")), "half a mark: " + seen[0]);
  }
}
