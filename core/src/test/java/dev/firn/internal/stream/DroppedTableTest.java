package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.error.TableGoneException;
import java.nio.file.Path;
import org.apache.iceberg.Table;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is dropped under a writer, in the catalog that {@code openEmbedded} gives. */
class DroppedTableTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWriterWhoseTableWasDroppedSaysSo(boolean purge) {
    try (JdbcCatalog catalog = Firn.openEmbedded(folder)) {
      Table table = EventTable.create(catalog);
      StreamingTableWriter<Long> writer =
          Firn.openWriter(table, EventTable.MAPPER, EventTable.manual("s").build());
      writer.append(0L);
      writer.mark(1);
      writer.commit();
      catalog.dropTable(EventTable.NAME, purge);

      writer.append(1L);
      writer.mark(2);
      assertThatThrownBy(writer::commit)
          .isInstanceOf(TableGoneException.class)
          .hasMessageContaining("db.events");
      assertThatThrownBy(() -> writer.append(2L)).isInstanceOf(TableGoneException.class);
      writer.close();
      assertThat(writer.committed().position()).hasValue(1);
    }
  }
}
