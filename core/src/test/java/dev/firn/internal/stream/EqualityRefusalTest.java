package dev.firn.internal.stream;

import static dev.firn.internal.stream.KeyedTables.MAPPER;
import static dev.firn.internal.stream.KeyedTables.SCHEMA;
import static dev.firn.internal.stream.KeyedTables.rowsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.DeleteMode;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.stream.KeyedTables.Row;
import dev.firn.internal.stream.KeyedTables.Shape;
import dev.firn.testkit.MemoryCatalog;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where equality deletes would miss rows they are refused, with the way out. */
class EqualityRefusalTest {

  private static final TableIdentifier OTHER = TableIdentifier.of("db", "other");

  private final MemoryCatalog catalog = new MemoryCatalog();

  private static WriterOptions by(String... key) {
    return WriterOptions.builder("s")
        .upsertBy(key)
        .deleteMode(DeleteMode.EQUALITY_DELETES)
        .commitPolicy(CommitPolicy.manual())
        .build();
  }

  private TableCommitter committer() {
    return Firn.openCommitter(
        catalog.loadTable(KeyedTables.NAME), WriterOptions.builder("s").build());
  }

  private static void assertNotOpened(Table table, WriterOptions options, String... words) {
    assertThatThrownBy(() -> Firn.openWriter(table, MAPPER, options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll(words);
    assertThatThrownBy(() -> Firn.openStagingWriter(table, MAPPER, options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll(words);
    assertThatThrownBy(() -> Firn.openSharedWriter(table, MAPPER, options))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContainingAll(words);
  }

  private static void upsert(StreamingTableWriter<Row> writer, long id, long position) {
    writer.upsert(Row.of(id, position));
    writer.mark(position);
    writer.commit();
  }

  @Test
  void aPartitionColumnThatIsNotInTheKeyIsNamed() {
    Table table = Shape.IDENTITY_3.create(catalog);
    assertNotOpened(
        table, by("id"), "'kind'", "not in the key [id]", "Upsert by 'kind' too", "AUTO");
    table.refresh();
    assertThat(table.currentSnapshot()).isNull();
  }

  @Test
  void aSpecThatChangesToSuchAColumnEndsTheStream() {
    Table table = Shape.FLAT_3.create(catalog);
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, by("id"))) {
      upsert(writer, 1, 1);
      table.updateSpec().addField("kind").commit();
      upsert(writer, 1, 2); // of the spec that it was cut for
      assertThatThrownBy(() -> upsert(writer, 1, 3))
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContainingAll("'kind'", "not in the key");
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 2).cells().toString());
  }

  @Test
  void filesOfAnotherSpecAreNotReachedSoTheyMustBeRewrittenFirst() {
    Table table = Shape.FLAT_3.create(catalog);
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, by("id"))) {
      upsert(writer, 1, 1);
      table.updateSpec().addField(Expressions.bucket("id", 4)).commit();
      upsert(writer, 1, 2);
      assertThatThrownBy(() -> upsert(writer, 1, 3))
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContainingAll("partition spec 1", "id_bucket", "files of spec 0", "Rewrite");
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 2).cells().toString());
    assertNotOpened(table, by("id"), "files of spec 0", "Rewrite");
    // Without those files nothing is in the way.
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, by("id"))) {
      upsert(writer, 1, 3);
      upsert(writer, 1, 4);
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 4).cells().toString());
  }

  @Test
  void deletesOfATableWithoutPartitionsReachFilesThatHaveSome() {
    Table table = Shape.BUCKET_3.create(catalog);
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, by("id"))) {
      upsert(writer, 1, 1);
      upsert(writer, 2, 2);
      table.updateSpec().removeField("id_bucket").commit();
      upsert(writer, 1, 3);
      upsert(writer, 2, 4);
      upsert(writer, 1, 5);
    }
    assertThat(rowsOf(table))
        .containsExactly(Row.of(1, 5).cells().toString(), Row.of(2, 4).cells().toString());
  }

  /** The check is part of each commit: files of another spec may come at any time. */
  @Test
  void whatWasStagedIsCheckedAgainstTheTableThatItComesTo() {
    Table table = Shape.BUCKET_2.create(catalog);
    try (StagingTableWriter<Row> writer = Firn.openStagingWriter(table, MAPPER, by("id"));
        TableCommitter committer = committer()) {
      writer.upsert(Row.of(1, 1));
      StagedCommit staged = writer.stage(CommitToken.none(), CommitToken.of(1));
      Table other = catalog.loadTable(KeyedTables.NAME);
      other.updateSpec().addField("kind").commit();
      try (StreamingTableWriter<Row> appender =
          Firn.openWriter(other, MAPPER, WriterOptions.builder("a").build())) {
        appender.append(Row.of(1, 0));
        appender.mark(1);
        appender.commit();
      }
      assertThatThrownBy(() -> committer.commit(staged))
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContainingAll("partition spec 0", "files of spec 1");
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 0).cells().toString());
  }

  @Test
  void aKeyColumnThatIsDroppedEndsTheStream() {
    Table table = Shape.STRING.create(catalog);
    try (StagingTableWriter<Row> writer = Firn.openStagingWriter(table, MAPPER, by("name"));
        TableCommitter committer = committer()) {
      writer.upsert(Row.of(1, 1));
      StagedCommit staged = writer.stage(CommitToken.none(), CommitToken.of(1));
      catalog.loadTable(KeyedTables.NAME).updateSchema().deleteColumn("name").commit();
      assertThatThrownBy(() -> committer.commit(staged))
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContainingAll("field 3", "no such column");
      table.refresh();
      assertThatThrownBy(() -> writer.upsert(Row.of(1, 2)))
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContaining("key");
    }
  }

  @Test
  void floatsAndStructsAreNoKeys() {
    Table table =
        catalog.createTable(
            OTHER,
            new Schema(
                Types.NestedField.required(1, "weight", Types.DoubleType.get()),
                Types.NestedField.optional(
                    2,
                    "at",
                    Types.StructType.of(
                        Types.NestedField.required(3, "x", Types.IntegerType.get())))));
    assertNotOpened(table, by("weight"), "weight", "double");
    assertNotOpened(table, by("at"), "'at'", "nested");
    assertNotOpened(table, by("at.x"), "at.x", "within another column");
    assertNotOpened(table, by("nobody"), "'nobody'", "weight");
    assertNotOpened(table, by(), "no key", "identifier fields");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void formatVersionsThatHaveNoSuchDeletesAreRefused(int format) {
    Table table =
        catalog.createTable(
            OTHER,
            SCHEMA,
            PartitionSpec.unpartitioned(),
            "memory://db/other",
            Map.of(TableProperties.FORMAT_VERSION, Integer.toString(format)));
    assertNotOpened(table, by("id"), "format version " + format, "2 and 3");
  }

  @Test
  void aNullInTheKeyIsRefusedUnlessItIsAValue() {
    Table table = Shape.STRING.create(catalog);
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, by("name"))) {
      assertThatThrownBy(() -> writer.delete(new Row(1, 1, null, 1)))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContaining("name");
    }
  }

  /** In a partition that no manifest can hold there is no row, and no delete can be. */
  @Test
  void aDeleteWhoseKeyHasNoPartitionIsRefusedLikeARow() {
    Schema schema = new Schema(Types.NestedField.required(1, "price", Types.DecimalType.of(2, 1)));
    Table table =
        catalog.createTable(
            OTHER, schema, PartitionSpec.builderFor(schema).truncate("price", 10).build());
    RecordMapper<String> mapper = (price, row) -> row.setDecimal(0, new BigDecimal(price));
    try (StreamingTableWriter<String> writer = Firn.openWriter(table, mapper, by("price"))) {
      writer.upsert("-8.5");
      assertThatThrownBy(() -> writer.upsert("-9.5")).isInstanceOf(RecordRejectedException.class);
      assertThatThrownBy(() -> writer.delete("-9.5"))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContaining("price");
      writer.delete("-8.5");
      writer.upsert("1.0");
      writer.mark(1);
      writer.commit();
    }
    assertThat(rowsOf(table)).containsExactly("[1.0]");
  }

  @Test
  void truncateIsRefusedAndNothingIsLost() {
    Table table = Shape.FLAT_3.create(catalog);
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, by("id"))) {
      writer.upsert(Row.of(1, 1));
      assertThatThrownBy(writer::truncate)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContainingAll("equality deletes", "deleteFromRowFilter", "AUTO");
      writer.mark(1);
      writer.commit();
    }
    try (StagingTableWriter<Row> writer = Firn.openStagingWriter(table, MAPPER, by("id"))) {
      assertThatThrownBy(writer::truncate).isInstanceOf(UnsupportedOperationException.class);
    }
    assertThat(rowsOf(table)).containsExactly(Row.of(1, 1).cells().toString());
  }
}
