package dev.firn.benchmarks.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.benchmarks.rows.Workloads;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;

final class LakeTest {

  @Test
  void aTableInS3IsFoundByWhoKnowsTheAddress() throws Exception {
    Path directory;
    try (Lake lake = Lake.s3();
        RESTCatalog catalog = new RESTCatalog()) {
      directory = lake.place().directory();
      Table made = lake.place().newTable("events", Workloads.events("wide").schema(), Map.of());
      catalog.initialize("rest", Map.of("uri", lake.address()));
      Table found = catalog.loadTable(TableIdentifier.of("bench", "events"));
      assertThat(found.uuid()).isEqualTo(made.uuid());
      assertThat(found.location()).startsWith("s3://");
      assertThat(found.io().newInputFile(made.location() + "/none").exists()).isFalse();
    }
    assertThat(directory).doesNotExist();
  }
}
