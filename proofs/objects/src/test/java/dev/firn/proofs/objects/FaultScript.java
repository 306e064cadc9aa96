package dev.firn.proofs.objects;

import dev.firn.proofs.objects.StoreCall.Kind;
import dev.firn.proofs.objects.StoreCall.Verb;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Which calls go wrong, in order: a step waits for its call, strikes as often as it says, and gives
 * way to the next. Any thread.
 */
final class FaultScript {

  /**
   * One step.
   *
   * @param times how many calls in a row of that kind it strikes
   * @param others whether other writers commit at its first strike, before the client hears of it
   */
  record Step(Verb verb, Kind kind, StoreFault fault, int times, boolean others) {

    Step andOthersCommit() {
      return new Step(verb, kind, fault, times, true);
    }

    private boolean fits(StoreCall call) {
      return call.verb() == verb && (call.kind() == kind || verb == Verb.DELETE);
    }
  }

  static final FaultScript EMPTY = new FaultScript(List.of(), () -> {});

  private final Deque<Step> steps;
  private final Runnable others;
  private int left;

  FaultScript(List<Step> steps, Runnable others) {
    this.steps = new ArrayDeque<>(steps);
    this.others = others;
    this.left = steps.isEmpty() ? 0 : steps.get(0).times();
  }

  static Step step(Verb verb, Kind kind, StoreFault fault, int times) {
    return new Step(verb, kind, fault, times, false);
  }

  /** What is to happen to {@code call}; runs the other writers first where the step says so. */
  StrikeAt strike(StoreCall call) {
    synchronized (this) {
      Step step = steps.peek();
      if (step == null || !step.fits(call)) {
        return StrikeAt.NOTHING;
      }
      boolean first = left == step.times();
      left--;
      if (left == 0) {
        steps.remove();
        left = steps.isEmpty() ? 0 : steps.peek().times();
      }
      return new StrikeAt(step.fault(), first && step.others() ? others : () -> {});
    }
  }

  /** Whether every step has struck at least once. */
  synchronized boolean isMet() {
    return steps.isEmpty() || steps.size() == 1 && left < steps.peek().times();
  }

  /**
   * A fault for one call.
   *
   * @param others what other writers do at that moment
   */
  record StrikeAt(StoreFault fault, Runnable others) {
    static final StrikeAt NOTHING = new StrikeAt(StoreFault.NONE, () -> {});
  }
}
