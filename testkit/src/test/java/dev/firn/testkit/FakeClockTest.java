package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class FakeClockTest {

  @Test
  void standsStillUntilMoved() {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    FakeClock clock = FakeClock.at(start);
    assertThat(clock.instant()).isEqualTo(start);
    clock.advance(Duration.ofHours(6));
    assertThat(clock.millis()).isEqualTo(start.plusSeconds(6 * 3600).toEpochMilli());
    clock.advance(Duration.ofHours(-7));
    assertThat(clock.instant()).isEqualTo(start.minusSeconds(3600));
    clock.set(start);
    assertThat(clock.instant()).isEqualTo(start);
  }

  @Test
  void oneClockInTwoZonesMovesAsOne() {
    FakeClock clock = FakeClock.atNow();
    var other = clock.withZone(ZoneId.of("Asia/Tokyo"));
    clock.advance(Duration.ofDays(1));
    assertThat(other.instant()).isEqualTo(clock.instant());
    assertThat(other.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
  }
}
