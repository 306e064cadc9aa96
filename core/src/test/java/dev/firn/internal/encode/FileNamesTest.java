package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class FileNamesTest {

  private static final UUID RUN = new UUID(1, 2);

  @Test
  void namesCountUp() {
    FileNames names = new FileNames("orders", RUN);

    assertThat(names.next()).isEqualTo("firn-orders-" + RUN + "-0.parquet");
    assertThat(names.next()).isEqualTo("firn-orders-" + RUN + "-1.parquet");
  }

  @Test
  void streamIdsAreMadeSafeForEveryStorage() {
    assertThat(new FileNames("../Bestellungen/für Ærø ?#%*", RUN).next())
        .isEqualTo("firn-..-Bestellungen-f-r--r-------" + RUN + "-0.parquet")
        .matches("[A-Za-z0-9._-]+");
    assertThat(new FileNames("x".repeat(500), RUN).next()).hasSizeLessThan(150);
  }

  @Test
  void twoRunsNeverShareAName() {
    assertThat(new FileNames("a").next()).isNotEqualTo(new FileNames("a").next());
  }
}
