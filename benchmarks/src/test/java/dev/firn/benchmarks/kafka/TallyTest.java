package dev.firn.benchmarks.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TallyTest {

  private static Tally of(Object[]... rows) {
    Tally tally = new Tally(0);
    for (Object[] row : rows) {
      tally.add(row);
    }
    return tally;
  }

  private static Object[] row(Object... values) {
    return values;
  }

  @Test
  void theOrderOfRowsDoesNotMatter() {
    assertThatCode(
            () ->
                of(row(1L, "a"), row(2L, "b"))
                    .requireSame("somebody", of(row(2L, "b"), row(1L, "a"))))
        .doesNotThrowAnyException();
  }

  @Test
  void lostRowIsSeen() {
    assertThatThrownBy(
            () -> of(row(1L, "a"), row(2L, "b")).requireSame("somebody", of(row(2L, "b"))))
        .hasMessage("somebody wrote 1 rows, expected 2");
  }

  @Test
  void rowThatIsThereTwiceInsteadOfAnotherIsSeen() {
    assertThatThrownBy(
            () ->
                of(row(1L, "a"), row(1L, "b"))
                    .requireSame("somebody", of(row(1L, "b"), row(1L, "b"))))
        .hasMessageContaining("somebody wrote other rows: of key group 1 there are 2");
  }

  @Test
  void valuesThatChangedPlacesAreSeen() {
    assertThatThrownBy(() -> of(row(1L, "a", "b")).requireSame("somebody", of(row(1L, "b", "a"))))
        .hasMessageContaining("other rows");
  }
}
