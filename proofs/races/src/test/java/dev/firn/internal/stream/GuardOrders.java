package dev.firn.internal.stream;

import static dev.firn.proofs.races.Race.require;
import static dev.firn.proofs.races.Race.together;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import java.time.Duration;
import java.util.Map;

/** What holds of the pipeline's lock and of the marks, in whatever order their callers get on. */
public final class GuardOrders {

  private static final Duration LONG = Duration.ofHours(1);

  private GuardOrders() {}

  /** All scenarios, by name. */
  public static Map<String, Runnable> all() {
    return Map.ofEntries(
        Map.entry("aChangeWakesAllWhoWait", GuardOrders::aChangeWakesAllWhoWait),
        Map.entry("onlyOneGetsWhatBothWaitedFor", GuardOrders::onlyOneGetsWhatBothWaitedFor),
        Map.entry("aMarkIsTakenOnce", GuardOrders::aMarkIsTakenOnce),
        Map.entry("aMarkIsSeenAsAWhole", GuardOrders::aMarkIsSeenAsAWhole));
  }

  /** Whoever waits looks again after each change. */
  static void aChangeWakesAllWhoWait() {
    Guard guard = new Guard();
    boolean[] moved = new boolean[1];
    Runnable waiter = () -> require(guard.await(() -> moved[0], LONG, "waiting"), "gave up");
    together(waiter, waiter, () -> guard.run(() -> moved[0] = true));
  }

  /** What is done with the wait's end is done before anybody else changes anything. */
  static void onlyOneGetsWhatBothWaitedFor() {
    Guard guard = new Guard();
    boolean[] free = {true};
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
    together(taker, taker);
    require(free[0] && got[0] == 0, "not given back");
  }

  /** A mark that comes while a cut is made is in that cut or in the next, never in both. */
  static void aMarkIsTakenOnce() {
    Marks marks = new Marks(CommitToken.of(1));
    CommitToken[] first = new CommitToken[1];
    together(() -> marks.advance(5), () -> first[0] = marks.takePending());
    CommitToken second = marks.takePending();
    boolean inFirst = first[0].position().orElse(0) == 5;
    boolean inSecond = second.position().orElse(0) == 5;
    require(inFirst != inSecond, "the mark is in " + first[0] + " and in " + second);
  }

  /** A status in between sees a mark as a whole. */
  static void aMarkIsSeenAsAWhole() {
    Marks marks = new Marks(CommitToken.of(Map.of("", new Position(1, 7))));
    CommitToken[] seen = new CommitToken[1];
    together(() -> marks.advance(5), () -> seen[0] = marks.last());
    Position position = seen[0].positions().get("");
    boolean before = position.equals(new Position(1, 7));
    require(before || position.equals(new Position(5, 0)), "half a mark: " + position);
  }
}
