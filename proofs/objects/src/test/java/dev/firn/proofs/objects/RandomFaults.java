package dev.firn.proofs.objects;

import dev.firn.proofs.objects.FaultScript.StrikeAt;
import dev.firn.proofs.objects.StoreCall.Verb;
import java.util.List;
import java.util.Random;

/** Strikes calls at random; some faults go on for a few calls of the same kind. Any thread. */
final class RandomFaults {

  private static final List<StoreFault> ANY =
      List.of(
          StoreFault.ERROR,
          StoreFault.SLOW_DOWN,
          StoreFault.FORBIDDEN,
          StoreFault.RESET,
          StoreFault.DONE_ERROR,
          StoreFault.DONE_RESET,
          StoreFault.SLOW,
          StoreFault.LATE);

  private static final double OTHERS_PER_FAULT = 0.2;
  private static final int LONGEST = 4;

  private final Random random;
  private final double perCall;
  private StoreCall call;
  private StoreFault fault = StoreFault.NONE;
  private int left;
  private int struck;
  private int foreign;

  RandomFaults(Random random, double perCall) {
    this.random = random;
    this.perCall = perCall;
  }

  synchronized StrikeAt strike(StoreCall next, Runnable others) {
    if (left > 0 && next.equals(call)) {
      left--;
      struck++;
      return new StrikeAt(fault, () -> {});
    }
    if (random.nextDouble() >= perCall) {
      return StrikeAt.NOTHING;
    }
    call = next;
    fault = next.verb() == Verb.GET && random.nextInt(4) == 0 ? StoreFault.HALF_BODY : any();
    left = random.nextInt(LONGEST);
    struck++;
    boolean commit = random.nextDouble() < OTHERS_PER_FAULT;
    foreign += commit ? 1 : 0;
    return new StrikeAt(fault, commit ? others : () -> {});
  }

  private StoreFault any() {
    return ANY.get(random.nextInt(ANY.size()));
  }

  /** Whether something rare happens now. */
  synchronized boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  synchronized int struck() {
    return struck;
  }

  synchronized int foreign() {
    return foreign;
  }
}
