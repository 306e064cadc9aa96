package dev.firn.proofs.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.fuzz.Judge.Kind;
import dev.firn.proofs.fuzz.Judge.Verdict;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The slice of the fuzzing that the gate runs: some thousand mutants of valid input per target. */
class HostileInputTest {

  private static final long SEED = 20_251_125;

  @Test
  void stagedCommitsAreReadOrRefused() {
    check(new StagedBytes(), 6_000);
  }

  @Test
  void tokensAreReadOrRefused() {
    check(new TokenBytes(), 2_000);
  }

  @Test
  void recordsAreTakenAndReadBackOrRejected() {
    check(new Records(), 200);
  }

  @Test
  void javaRecordsAreTakenAndReadBackOrRejected() {
    check(new JavaRecords(), 200);
  }

  @Test
  void namesWorkOrAreRefusedInFront() {
    check(new Names(), 1_000);
  }

  private static void check(Target target, int count) {
    Judge judge = new Judge(target);
    List<byte[]> seeds = target.seeds();
    // Class loading and first-time caches are not the input's cost.
    seeds.forEach(judge::judge);
    for (byte[] seed : seeds) {
      check(judge, seed);
    }
    Mutations mutations = new Mutations(SEED, seeds);
    for (int i = 0; i < count; i++) {
      check(judge, mutations.next());
    }
  }

  private static void check(Judge judge, byte[] input) {
    Verdict verdict = judge.judge(input);
    assertThat(verdict.kind())
        .as("seed %d, input %s: %s", SEED, HexFormat.of().formatHex(input), verdict.why())
        .isEqualTo(Kind.FINE);
  }
}
