package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows are written by Iceberg's own writer here: the assertion knows nothing of Firn. */
class ExactlyOnceAssertTest {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "events");
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "id", Types.LongType.get()),
          Types.NestedField.optional(
              2,
              "origin",
              Types.StructType.of(Types.NestedField.optional(3, "host", Types.StringType.get()))));

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private Table table;

  @BeforeEach
  void createTable() {
    catalog.initialize("test", Map.of());
    catalog.createNamespace(Namespace.of("db"));
    table = catalog.createTable(NAME, SCHEMA);
  }

  @AfterEach
  void closeCatalog() throws IOException {
    catalog.dropTable(NAME, true);
    catalog.close();
  }

  private DataFile append(Long... ids) throws IOException {
    DataWriter<Record> writer =
        Parquet.writeData(
                table.io().newOutputFile(table.location() + "/" + UUID.randomUUID() + ".parquet"))
            .schema(SCHEMA)
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(PartitionSpec.unpartitioned())
            .build();
    try (writer) {
      for (Long id : ids) {
        Record origin =
            GenericRecord.create(SCHEMA.findType("origin").asStructType())
                .copy(Map.of("host", "h" + id));
        Record row = GenericRecord.create(SCHEMA);
        row.setField("id", id);
        row.setField("origin", origin);
        writer.write(row);
      }
    }
    table.newFastAppend().appendFile(writer.toDataFile()).commit();
    return writer.toDataFile();
  }

  private ExactlyOnceAssert ids() {
    return ExactlyOnceAssert.assertThat(table).keyedBy("id");
  }

  @Test
  void eachKeyOnceIsWhatItAsks() throws IOException {
    append(1L, 2L);
    append(3L);
    ids().holdsExactly(List.of(3L, 2L, 1L)).isReadable();
    ExactlyOnceAssert.assertThat(table)
        .keyedBy("id", "origin.host")
        .holdsExactly(List.of(List.of(1L, "h1"), List.of(2L, "h2"), List.of(3L, "h3")));
  }

  @Test
  void whatIsLostDoubledOrUnknownIsNamed() throws IOException {
    append(1L, 2L, 7L);
    append(2L);
    assertThatThrownBy(() -> ids().holdsExactly(List.of(1L, 2L, 3L)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("lost 1: [3]")
        .hasMessageContaining("doubled 1: [2 (2 times)]")
        .hasMessageContaining("holds unknown 1: [7]");
  }

  @Test
  void whatWasNotAcknowledgedMayBeLostButNotDoubled() throws IOException {
    append(1L, 2L);
    ids().holds(List.of(1L), List.of(1L, 2L, 3L));
    append(2L);
    assertThatThrownBy(() -> ids().holds(List.of(1L), List.of(1L, 2L, 3L)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("doubled 1");
  }

  @Test
  void aRowWithoutAKeyIsUnknown() throws IOException {
    append(1L, null);
    assertThatThrownBy(() -> ids().holdsExactly(List.of(1L)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("holds unknown 1: [null]");
  }

  @Test
  void anEmptyTableHoldsNothing() {
    ids().holdsExactly(List.of());
    assertThatThrownBy(() -> ids().holdsExactly(List.of(1L))).isInstanceOf(AssertionError.class);
  }

  @Test
  void aBranchIsReadByItsName() throws IOException {
    append(1L);
    table.manageSnapshots().createBranch("audit").commit();
    append(2L);
    ids().onBranch("audit").holdsExactly(List.of(1L));
    ids().holdsExactly(List.of(1L, 2L));
  }

  @Test
  void aFileThatIsGoneIsNoticed() throws IOException {
    DataFile file = append(1L);
    assertThatCode(() -> ids().isReadable()).doesNotThrowAnyException();
    table.io().deleteFile(file.location());
    assertThatThrownBy(() -> ids().isReadable())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(file.location());
  }

  @Test
  void itAsksForAKey() {
    assertThatThrownBy(() -> ExactlyOnceAssert.assertThat(table).holdsExactly(List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("keyedBy");
  }
}
