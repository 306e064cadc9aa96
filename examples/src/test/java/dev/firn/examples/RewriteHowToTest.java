package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.maintain.RewrittenFiles;
import java.nio.file.Path;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the how-to "rewrite data files", run. */
class RewriteHowToTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "number", Types.IntegerType.get()),
          Types.NestedField.optional(2, "word", Types.StringType.get()));

  record Word(Integer number, String word) {}

  @TempDir Path directory;

  @Test
  void deadRowsGo() {
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      Table table = Firn.createTableIfAbsent(catalog, TableIdentifier.of("demo", "words"), SCHEMA);
      WriterOptions options =
          WriterOptions.builder("words")
              .upsertBy("number")
              .commitPolicy(CommitPolicy.manual())
              .build();
      try (StreamingTableWriter<Word> writer =
          Firn.openWriter(table, Firn.javaRecordMapper(Word.class), options)) {
        for (int number = 0; number < 10; number++) {
          writer.upsert(new Word(number, "snow"));
        }
        writer.mark(1);
        writer.commit();
        writer.upsert(new Word(1, "firn"));
        writer.mark(2);
        writer.commit();
        RewrittenFiles done = Firn.maintenance(table).rewriteDataFiles();
        assertThat(done.files()).isEqualTo(1);
        assertThat(done.rows()).isEqualTo(9);
        assertThat(done.deletedRows()).isEqualTo(1);
      }
    }
  }
}
