package dev.firn.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which calls fail, and how: scripted ("the third create fails") or drawn from a seed at given
 * rates. One plan may serve a catalog and its files together. Also counts calls and the faults that
 * took effect, and holds requests that are still on their way. Thread-safe.
 */
public final class FaultPlan {

  private record Scripted(Call call, long first, long last, Fault fault) {}

  private final @Nullable Random random;
  private final Map<Fault, Double> rates = new EnumMap<>(Fault.class);
  private final List<Scripted> script = new ArrayList<>();
  private final Map<Call, Long> calls = new EnumMap<>(Call.class);
  private final Map<Fault, Long> effects = new EnumMap<>(Fault.class);
  private final List<BooleanSupplier> delayed = new ArrayList<>();
  private boolean active = true;
  private Runnable meanwhile = () -> {};
  private Consumer<Duration> sleeper = FaultPlan::sleep;
  private Duration slowness = Duration.ofMillis(20);
  private long landed;

  private FaultPlan(@Nullable Random random) {
    this.random = random;
  }

  /** Nothing fails but what {@link #on} says. */
  public static FaultPlan scripted() {
    return new FaultPlan(null);
  }

  /** Faults are drawn at the rates of {@link #rate}; the same seed draws the same faults. */
  public static FaultPlan seeded(long seed) {
    return new FaultPlan(new Random(seed));
  }

  /** Draws as a plan of this seed would from its first call on; rates and counts stay. */
  public synchronized FaultPlan reseed(long seed) {
    drawing().setSeed(seed);
    return this;
  }

  /** {@code fault} happens to this share of the calls it applies to. */
  public synchronized FaultPlan rate(Fault fault, double share) {
    drawing();
    rates.put(fault, share);
    return this;
  }

  private Random drawing() {
    if (random == null) {
      throw new IllegalStateException("A scripted plan draws nothing: use on()");
    }
    return random;
  }

  /** {@code fault} happens to the {@code nth} call of this kind, counted from 1 from now. */
  public FaultPlan on(Call call, int nth, Fault fault) {
    return on(call, nth, nth, fault);
  }

  /** {@code fault} happens to every call of this kind from the {@code nth} on. */
  public FaultPlan from(Call call, int nth, Fault fault) {
    return on(call, nth, Long.MAX_VALUE / 2, fault);
  }

  private synchronized FaultPlan on(Call call, long first, long last, Fault fault) {
    if (!fault.appliesTo(call)) {
      throw new IllegalArgumentException(fault + " cannot happen to " + call);
    }
    long sofar = calls(call);
    script.add(new Scripted(call, sofar + first, sofar + last, fault));
    return this;
  }

  /** Forgets script and rates; counts and delayed requests stay. */
  public synchronized FaultPlan heal() {
    script.clear();
    rates.clear();
    return this;
  }

  /** Switches all faults off, or on again; calls are counted all the same. */
  public synchronized void active(boolean on) {
    active = on;
  }

  /**
   * What others do while a commit is under way: runs before a slow commit is applied, and between
   * the applying of a commit and a false answer to it.
   */
  public synchronized FaultPlan meanwhile(Runnable others) {
    meanwhile = others;
    return this;
  }

  /** How slow calls wait; the default really sleeps. */
  public synchronized FaultPlan sleeper(Consumer<Duration> value) {
    sleeper = value;
    return this;
  }

  /** How long slow calls take. */
  public synchronized FaultPlan slowness(Duration value) {
    slowness = value;
    return this;
  }

  /** How many calls of this kind were made. */
  public synchronized long calls(Call call) {
    return calls.getOrDefault(call, 0L);
  }

  /** How often {@code fault} took effect. */
  public synchronized long effects(Fault fault) {
    return effects.getOrDefault(fault, 0L);
  }

  /** All faults that took effect. */
  public synchronized Map<Fault, Long> effects() {
    Map<Fault, Long> copy = new EnumMap<>(Fault.class);
    copy.putAll(effects);
    return copy;
  }

  /** Requests that are still on their way. */
  public synchronized int delayed() {
    return delayed.size();
  }

  /** How many delayed requests were applied in the end. */
  public synchronized long landed() {
    return landed;
  }

  /** Lets the delayed request number {@code index} arrive; says whether it was applied. */
  public boolean deliver(int index) {
    BooleanSupplier request;
    synchronized (this) {
      request = delayed.remove(index);
    }
    boolean applied = request.getAsBoolean();
    synchronized (this) {
      landed += applied ? 1 : 0;
    }
    return applied;
  }

  /** The fault of the next call of this kind, if it has one. */
  synchronized @Nullable Fault next(Call call) {
    long number = calls.merge(call, 1L, Long::sum);
    if (!active) {
      return null;
    }
    for (Scripted scripted : script) {
      if (scripted.call == call && scripted.first <= number && number <= scripted.last) {
        return scripted.fault;
      }
    }
    if (random == null) {
      return null;
    }
    double drawn = random.nextDouble();
    for (Map.Entry<Fault, Double> rate : rates.entrySet()) {
      if (rate.getKey().appliesTo(call)) {
        drawn -= rate.getValue();
        if (drawn < 0) {
          return rate.getKey();
        }
      }
    }
    return null;
  }

  synchronized void tookEffect(Fault fault) {
    effects.merge(fault, 1L, Long::sum);
  }

  synchronized void delay(BooleanSupplier request) {
    delayed.add(request);
  }

  void letOthersWork() {
    Runnable others;
    synchronized (this) {
      others = meanwhile;
    }
    others.run();
  }

  void beSlow() {
    Consumer<Duration> how;
    Duration howLong;
    synchronized (this) {
      how = sleeper;
      howLong = slowness;
    }
    how.accept(howLong);
  }

  private static void sleep(Duration howLong) {
    try {
      Thread.sleep(howLong.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
