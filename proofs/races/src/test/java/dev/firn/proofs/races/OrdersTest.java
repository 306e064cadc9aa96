package dev.firn.proofs.races;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario, in many orders of its threads: each order is run, none is left to chance. */
class OrdersTest {

  private static final int SOME = Integer.getInteger("firn.races.orders", 40);
  private static final int MANY = Integer.getInteger("firn.races.orders", 2_000);

  @ParameterizedTest
  @MethodSource("dev.firn.proofs.races.Scenario#all")
  void holdsInSomeOrders(Scenario scenario) {
    assertThat(scenario.failure(SOME)).isNull();
  }

  @Tag("integration")
  @ParameterizedTest
  @MethodSource("dev.firn.proofs.races.Scenario#all")
  void holdsInManyOrders(Scenario scenario) {
    assertThat(scenario.failure(MANY)).isNull();
  }
}
