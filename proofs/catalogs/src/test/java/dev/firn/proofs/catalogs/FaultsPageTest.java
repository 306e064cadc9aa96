package dev.firn.proofs.catalogs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/reference/commit-faults.md} is what happens; {@code -Dfirn.page=write} writes it. */
class FaultsPageTest {

  private static final Path PAGE = Path.of("../../docs/reference/commit-faults.md");

  @TempDir Path folder;

  @Tag("integration")
  @Test
  void thePageSaysWhatHappens() throws IOException {
    String page = new FaultsPage(folder, FirnUnderFaultTest.REALLY_SLOW).write();
    if ("write".equals(System.getProperty("firn.page"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page);
  }
}
