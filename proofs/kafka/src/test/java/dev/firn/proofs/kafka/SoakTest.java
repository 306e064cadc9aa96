package dev.firn.proofs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakTest {

  private static final String[] PROTOCOLS = {
    CooperativeStickyAssignor.class.getName(), "consumer", RangeAssignor.class.getName()
  };

  @TempDir Path directory;

  @Test
  void everyRecordIsOneRowAfterTwoMinutesOfChaos() throws Exception {
    soak(1, Duration.ofMinutes(2));
  }

  /** {@code -Dsoak.minutes} and {@code -Dsoak.seeds} say how long and how often. */
  @Test
  @Tag("slow")
  void everyRecordIsOneRowAfterHalfAnHourOfChaos() throws Exception {
    int seeds = Integer.getInteger("soak.seeds", 3);
    Duration all = Duration.ofMinutes(Integer.getInteger("soak.minutes", 36));
    for (int seed = 2; seed < 2 + seeds; seed++) {
      soak(seed, all.dividedBy(seeds));
    }
  }

  private void soak(long seed, Duration time) throws Exception {
    String protocol = PROTOCOLS[(int) (seed % PROTOCOLS.length)];
    Soak.Result result = new Soak(directory.resolve("seed-" + seed), seed, protocol).run(time);
    System.out.println(
        "soak: seed="
            + seed
            + " protocol="
            + protocol
            + " minutes="
            + time.toMinutes()
            + " records="
            + result.produced()
            + " violations="
            + result.violations().size()
            + " "
            + result.done());
    assertThat(result.violations()).isEmpty();
  }
}
