package dev.firn.proofs.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A minute of the long run for each target, guided by coverage; {@link Fuzz} runs longer. */
@Tag("integration")
class FuzzTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"staged", "tokens", "records", "java-records", "names"})
  void aMinuteOfFuzzingFindsNothing(String target) throws Exception {
    Fuzz.Tally tally = Fuzz.run(Fuzz.target(target), 1, folder);
    System.out.println(tally);
    assertThat(tally.isClean()).as("%s; see %s", tally, folder.resolve("log.txt")).isTrue();
  }
}
