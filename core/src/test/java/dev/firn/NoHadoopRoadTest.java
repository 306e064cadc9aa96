package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitPolicy;
import dev.firn.api.RowLineage;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.testkit.DuckDbReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole road of a row on a class path without Hadoop: write, seal, commit, resume. */
@Tag("no-hadoop")
class NoHadoopRoadTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "at", Types.TimestampType.withZone()),
          Types.NestedField.optional(
              3, "tags", Types.ListType.ofOptional(4, Types.StringType.get())));

  private static final TableIdentifier NAME = TableIdentifier.of("db", "events");

  @TempDir Path directory;

  @Test
  void rowsAreWrittenCommittedAndResumed() throws Exception {
    assertThatThrownBy(() -> Class.forName("org.apache.hadoop.conf.Configuration"))
        .isInstanceOf(ClassNotFoundException.class);
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              NAME,
              SCHEMA,
              PartitionSpec.builderFor(SCHEMA).day("at").build(),
              SortOrder.builderFor(SCHEMA).desc("id").build(),
              Map.of());
      for (int run = 0; run < 2; run++) {
        try (StreamingTableWriter<Long> writer = open(catalog)) {
          long start = writer.committed().position().orElse(0);
          assertThat(start).isEqualTo(run * 500L);
          for (long id = start; id < start + 500; id++) {
            writer.append(id);
            writer.mark(id + 1);
          }
          assertThat(writer.commit().rows()).isEqualTo(500);
        }
      }
      table.refresh();
      assertThat(table.currentSnapshot().summary()).containsEntry("total-records", "1000");
      assertThat(DuckDbReader.rows(table)).hasSize(1000);
    }
  }

  @Test
  void upsertedRowsKeepTheirIdsAndFilesAreRewritten() throws Exception {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              NAME,
              SCHEMA,
              PartitionSpec.unpartitioned(),
              SortOrder.unsorted(),
              Map.of("format-version", "3"));
      WriterOptions options =
          WriterOptions.builder("upserts").upsertBy("id").rowLineage(RowLineage.PRESERVE).build();
      try (StreamingTableWriter<Map<String, ?>> writer =
          Firn.openWriter(table, Firn.mapMapper(), options)) {
        for (long id = 0; id < 100; id++) {
          writer.upsert(Map.of("id", id, "tags", List.of("old", "row")));
        }
        writer.mark(1);
        writer.commit();
        for (long id = 0; id < 50; id++) {
          writer.upsert(Map.of("id", id, "tags", List.of("new")));
        }
        writer.mark(2);
        writer.commit();
      }
      assertThat(Firn.maintenance(table).rewriteDataFiles().deletedRows()).isEqualTo(50);
      assertThat(DuckDbReader.rows(table))
          .hasSize(100)
          .filteredOn(row -> List.of("new").equals(row.get(2)))
          .hasSize(50);
    }
  }

  @Test
  void aSharedWriterWorksToo() throws Exception {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      Table table = Firn.createTableIfAbsent(catalog, NAME, SCHEMA);
      try (SharedTableWriter<Map<String, ?>> writer =
          Firn.openSharedWriter(table, Firn.mapMapper(), WriterOptions.builder("shared").build())) {
        long last = 0;
        for (long id = 0; id < 100; id++) {
          last = writer.append(Map.of("id", id));
        }
        assertThat(writer.flush(Duration.ofMinutes(1))).isTrue();
        assertThat(writer.awaitVisible(last, Duration.ofMinutes(1))).isTrue();
      }
      table.refresh();
      assertThat(DuckDbReader.rows(table)).hasSize(100);
    }
  }

  private static StreamingTableWriter<Long> open(JdbcCatalog catalog) {
    return Firn.openWriter(
        catalog,
        NAME,
        (id, row) -> {
          row.setLong("id", id).setLong("at", id * 3_600_000_000L);
          row.beginList("tags").addString("tag-" + id % 7).addNull();
        },
        WriterOptions.builder("events").commitPolicy(CommitPolicy.manual()).build());
  }
}
