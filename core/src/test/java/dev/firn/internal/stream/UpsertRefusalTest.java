package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** What cannot be upserted is refused by name, and what was written stays as it is. */
class UpsertRefusalTest {

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get()),
          NestedField.optional(2, "name", Types.StringType.get()),
          NestedField.optional(3, "weight", Types.DoubleType.get()),
          NestedField.optional(
              4, "at", Types.StructType.of(NestedField.required(5, "x", Types.IntegerType.get()))));

  private static final RecordMapper<Integer> MAPPER =
      (id, row) -> row.setInt("id", id).setString("name", "name-" + id);

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final Table table = create(SCHEMA);

  private Table create(Schema schema) {
    return Firn.createTableIfAbsent(
        catalog,
        TableIdentifier.of("db", "t" + UUID.randomUUID()),
        schema,
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        Map.of(TableProperties.FORMAT_VERSION, "3"));
  }

  private static WriterOptions.Builder by(String... columns) {
    return WriterOptions.builder("s").commitPolicy(CommitPolicy.manual()).upsertBy(columns);
  }

  private static void upsert(StreamingTableWriter<Integer> writer, int id, long position) {
    writer.upsert(id);
    writer.mark(position);
    writer.commit();
  }

  private void assertNotOpened(WriterOptions options, String... words) {
    assertThatThrownBy(() -> Firn.openWriter(table, MAPPER, options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void aTableWithoutIdentifierFieldsNeedsAKeyByName() {
    assertNotOpened(by().build(), "no key", "identifier fields", "upsertBy");
  }

  @Test
  void identifierFieldsAreTheKeyIfNoneIsNamed() {
    Table identified = create(new Schema(SCHEMA.columns().subList(0, 2), java.util.Set.of(1)));
    try (StreamingTableWriter<Integer> writer = Firn.openWriter(identified, MAPPER, by().build())) {
      upsert(writer, 7, 1);
      upsert(writer, 7, 2);
    }
    assertThat(GenericsReader.rows(identified)).hasSize(1);
  }

  @Test
  void aKeyColumnThatIsNotThereIsNamedWithThoseThatAre() {
    assertNotOpened(by("id", "nobody").build(), "'nobody'", "id", "name");
  }

  @Test
  void floatsAndStructsAreNoKeys() {
    assertNotOpened(by("weight").build(), "weight", "double");
    assertNotOpened(by("at").build(), "'at'", "nested");
    assertNotOpened(by("at.x").build(), "at.x", "within another column");
  }

  @Test
  void aRowWithoutAKeyIsRefusedAndOthersAreNot() {
    RecordMapper<String> mapper =
        (name, row) -> {
          row.setInt("id", 1);
          if (!name.isEmpty()) {
            row.setString("name", name);
          }
        };
    try (StreamingTableWriter<String> writer = Firn.openWriter(table, mapper, by("name").build())) {
      writer.upsert("one");
      assertThatThrownBy(() -> writer.upsert(""))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContaining("name");
      assertThatThrownBy(() -> writer.delete(""))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContaining("name");
      writer.upsert("two");
      writer.mark(1);
      writer.commit();
    }
    assertThat(GenericsReader.rows(table)).hasSize(2);
  }

  @Test
  void aKeyColumnThatIsDroppedEndsTheStream() {
    try (StreamingTableWriter<Integer> writer =
        Firn.openWriter(table, MAPPER, by("name").build())) {
      upsert(writer, 1, 1);
      table.updateSchema().deleteColumn("name").commit();
      assertThatThrownBy(
              () -> {
                upsert(writer, 1, 2);
                upsert(writer, 1, 3);
              })
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContaining("key");
    }
    assertThat(GenericsReader.rows(table)).hasSize(1);
  }

  @Test
  void aKeyColumnThatIsPromotedKeepsItsKeys() {
    try (StreamingTableWriter<Integer> writer =
        Firn.openWriter(table, (id, row) -> row.setLong("id", id), by("id").build())) {
      upsert(writer, 1, 1);
      upsert(writer, 2, 2);
      table.updateSchema().updateColumn("id", Types.LongType.get()).commit();
      upsert(writer, 2, 3);
      upsert(writer, 2, 4);
    }
    table.refresh();
    try (StreamingTableWriter<Integer> writer =
        Firn.openWriter(table, (id, row) -> row.setLong("id", id), by("id").build())) {
      upsert(writer, 1, 5);
    }
    assertThat(GenericsReader.rows(table)).hasSize(2);
  }

  @Test
  void anIndexThatIsTooSmallSaysHowManyBytesItNeeds() {
    WriterOptions options =
        by("id").indexMemoryLimitBytes(WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES).build();
    try (StreamingTableWriter<Integer> writer = Firn.openWriter(table, MAPPER, options)) {
      for (int id = 0; id < 200_000; id++) {
        writer.upsert(id);
      }
      writer.mark(1);
      assertThatThrownBy(writer::commit)
          .isInstanceOfSatisfying(
              IndexFullException.class,
              full -> {
                assertThat(full.limitBytes()).isEqualTo(WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES);
                assertThat(full.neededBytes()).isPositive();
              });
    }
    assertThat(GenericsReader.rows(table)).isEmpty();
    try (StreamingTableWriter<Integer> writer =
        Firn.openWriter(table, MAPPER, WriterOptions.builder("append").build())) {
      for (int id = 0; id < 200_000; id++) {
        writer.append(id);
      }
      writer.mark(1);
      writer.commit();
    }
    assertThatThrownBy(() -> Firn.openWriter(table, MAPPER, options))
        .isInstanceOf(IndexFullException.class);
  }

  @Test
  void equalityDeletesOfOthersAreRefused() throws IOException {
    try (StreamingTableWriter<Integer> writer =
        Firn.openWriter(table, MAPPER, WriterOptions.builder("append").build())) {
      writer.append(1);
      writer.mark(1);
      writer.commit();
    }
    table.refresh();
    String location = table.locationProvider().newDataLocation("equality-deletes.parquet");
    table.io().newOutputFile(location).create().close();
    DeleteFile deletes =
        FileMetadata.deleteFileBuilder(table.spec())
            .ofEqualityDeletes(1)
            .withFormat(FileFormat.PARQUET)
            .withPath(location)
            .withFileSizeInBytes(10)
            .withRecordCount(1)
            .build();
    table.newRowDelta().addDeletes(deletes).commit();
    assertNotOpened(by("id").build(), "equality deletes", location);
  }

  @Test
  void aSoftDeleteNeedsABooleanColumn() {
    assertNotOpened(by("id").softDeleteColumn("gone").build(), "'gone'", "not in the table");
    assertNotOpened(by("id").softDeleteColumn("name").build(), "'name'", "string", "boolean");
  }

  @Test
  void withoutAKeyNothingIsReplaced() {
    try (StreamingTableWriter<Integer> writer =
        Firn.openWriter(table, MAPPER, WriterOptions.builder("s").build())) {
      assertThatThrownBy(() -> writer.upsert(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll("s", "upsertBy");
    }
    assertThat(List.of(table.currentSnapshot().summary().get("total-records"))).contains("0");
  }
}
