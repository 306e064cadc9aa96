package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

  @Test
  void aScriptNamesTheNthCallFromNow() {
    FaultPlan plan = FaultPlan.scripted();
    assertThat(plan.next(Call.COMMIT)).isNull();
    plan.on(Call.COMMIT, 2, Fault.REFUSED).from(Call.READ, 3, Fault.READ_FAILS);
    List<Fault> commits = new ArrayList<>();
    List<Fault> reads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      commits.add(plan.next(Call.COMMIT));
      reads.add(plan.next(Call.READ));
    }
    assertThat(commits).containsExactly(null, Fault.REFUSED, null, null);
    assertThat(reads).containsExactly(null, null, Fault.READ_FAILS, Fault.READ_FAILS);
    assertThat(plan.calls(Call.COMMIT)).isEqualTo(5);
    assertThat(plan.effects()).as("drawn is not yet in effect").isEmpty();
    plan.heal();
    assertThat(plan.next(Call.READ)).isNull();
  }

  @Test
  void theSameSeedDrawsTheSameFaultsAtTheGivenRates() {
    List<Fault> first = draw(42);
    assertThat(draw(42)).isEqualTo(first);
    assertThat(draw(43)).isNotEqualTo(first);
    assertThat(first.stream().filter(Fault.REFUSED::equals).count()).isBetween(800L, 1200L);
    assertThat(first.stream().filter(Fault.DELAYED::equals).count()).isBetween(350L, 650L);
    assertThat(first).doesNotContain(Fault.READ_FAILS);
  }

  private static List<Fault> draw(long seed) {
    FaultPlan plan =
        FaultPlan.seeded(seed)
            .rate(Fault.REFUSED, 0.1)
            .rate(Fault.DELAYED, 0.05)
            .rate(Fault.READ_FAILS, 1);
    List<Fault> drawn = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      drawn.add(plan.next(Call.COMMIT));
    }
    return drawn;
  }

  @Test
  void anInactivePlanCountsCallsOnly() {
    FaultPlan plan = FaultPlan.seeded(1).rate(Fault.REFUSED, 1);
    plan.active(false);
    assertThat(plan.next(Call.COMMIT)).isNull();
    plan.active(true);
    assertThat(plan.next(Call.COMMIT)).isEqualTo(Fault.REFUSED);
    assertThat(plan.calls(Call.COMMIT)).isEqualTo(2);
  }

  @Test
  void aFaultThatCannotHappenToACallIsRefused() {
    assertThatThrownBy(() -> FaultPlan.scripted().on(Call.READ, 1, Fault.DELAYED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FaultPlan.scripted().rate(Fault.DELAYED, 0.5))
        .isInstanceOf(IllegalStateException.class);
    for (Fault fault : Fault.values()) {
      assertThat(java.util.Arrays.stream(Call.values()).anyMatch(fault::appliesTo)).isTrue();
    }
  }

  @Test
  void delayedRequestsArriveInAnyOrderAndOnce() {
    FaultPlan plan = FaultPlan.scripted();
    List<String> arrived = new ArrayList<>();
    plan.delay(() -> arrived.add("first"));
    plan.delay(() -> !arrived.add("second"));
    assertThat(plan.delayed()).isEqualTo(2);
    assertThat(plan.deliver(1)).isFalse();
    assertThat(plan.deliver(0)).isTrue();
    assertThat(arrived).containsExactly("second", "first");
    assertThat(plan.delayed()).isZero();
    assertThat(plan.landed()).isEqualTo(1);
  }
}
