package dev.firn.testkit;

import java.util.EnumMap;
import java.util.Map;

/** How often each fault strikes in a simulation. */
final class FaultRates {

  private final Map<Fault, Double> rates = new EnumMap<>(Fault.class);

  private FaultRates() {}

  /**
   * Each kind of commit fault strikes one call in forty or so, so that a commit in four meets one;
   * files, of which a commit touches several, fail more rarely.
   */
  static FaultRates usual() {
    FaultRates usual = new FaultRates();
    for (Fault fault : Fault.values()) {
      double rate =
          fault.appliesTo(Call.COMMIT)
              ? 0.03
              : fault.appliesTo(Call.REFRESH) ? 0.03 : fault.appliesTo(Call.LOAD) ? 0.08 : 0.012;
      usual.rates.put(fault, rate);
    }
    usual.rates.put(Fault.SLOW_FILE, 0.003);
    usual.rates.put(Fault.DIED_AT_FILE, 0.003);
    return usual;
  }

  /** As usual, but files fail more rarely still: an upsert reads and writes many. */
  static FaultRates ofUpserts() {
    FaultRates rates = usual();
    for (Fault fault : Fault.values()) {
      if (fault.appliesTo(Call.READ)
          || fault.appliesTo(Call.WRITE)
          || fault.appliesTo(Call.CLOSE)) {
        rates.rates.put(fault, 0.003);
      }
    }
    rates.rates.put(Fault.DIED_AT_FILE, 0.001);
    return rates;
  }

  static FaultRates none() {
    return new FaultRates();
  }

  FaultPlan applyTo(FaultPlan plan) {
    rates.forEach(plan::rate);
    return plan;
  }

  double of(Fault fault) {
    return rates.getOrDefault(fault, 0.0);
  }

  double ofDeletes() {
    return rates.isEmpty() ? 0 : 0.1;
  }
}
