package dev.firn.proofs.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proof of the proof: every check notices a mistake that is seeded for it. */
class MutantsTest {

  @TempDir Path directory;

  @Test
  void everyScenarioHasItsMistake() {
    assertThat(Mutants.all()).flatMap(Mutant::noticedBy).containsAll(Scenario.all().toList());
  }

  @Test
  void everyMistakeHasItsPlace() throws Exception {
    for (Mutant mutant : Mutants.all()) {
      assertThat(mutant.fits()).as(mutant.what()).isTrue();
    }
  }

  @Test
  void overtakingIsNoticed() throws Exception {
    Mutant overtaking =
        Mutants.all().stream()
            .filter(mutant -> mutant.what().equals("newcomers overtake"))
            .findFirst()
            .orElseThrow();
    assertThat(unnoticedBy(overtaking)).isEmpty();
  }

  @Tag("integration")
  @Test
  void everyMistakeIsNoticed() throws Exception {
    int checks = 0;
    List<String> unnoticed = new ArrayList<>();
    for (Mutant mutant : Mutants.all()) {
      checks += mutant.noticedBy().size();
      unnoticedBy(mutant).forEach(check -> unnoticed.add(mutant.what() + ", by " + check));
    }
    System.out.printf(
        "races: mutants=%d checks=%d unnoticed=%d%n",
        Mutants.all().size(), checks, unnoticed.size());
    assertThat(unnoticed).isEmpty();
  }

  private List<Check> unnoticedBy(Mutant mutant) throws Exception {
    Path classes = Files.createTempDirectory(directory, "mutant");
    mutant.compileInto(classes);
    List<Check> unnoticed = new ArrayList<>();
    for (Check check : mutant.noticedBy()) {
      if (!check.fails(classes)) {
        unnoticed.add(check);
      }
    }
    return unnoticed;
  }
}
