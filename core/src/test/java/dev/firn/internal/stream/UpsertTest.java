package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.NullsInKey;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.MemoryCatalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table that is upserted holds the last row of each key, whatever it is laid out like. */
class UpsertTest {

  /** Tables and keys that differ in what becomes of a row's place. */
  private enum Shape {
    VECTORS(3, false, false, List.of("id")),
    POSITIONS(2, false, false, List.of("id")),
    MOVING(3, true, false, List.of("id")),
    MOVING_POSITIONS(2, true, false, List.of("id")),
    SORTED(3, false, true, List.of("id")),
    SORTED_MOVING(3, true, true, List.of("id")),
    TWO_COLUMNS(3, true, false, List.of("id", "kind")),
    STRING(3, false, false, List.of("name")),
    NULLS(3, true, false, List.of("kind", "name"));

    private final int format;
    private final boolean partitioned;
    private final boolean sorted;
    private final List<String> key;

    Shape(int format, boolean partitioned, boolean sorted, List<String> key) {
      this.format = format;
      this.partitioned = partitioned;
      this.sorted = sorted;
      this.key = key;
    }
  }

  private record Row(
      long id, @Nullable Integer kind, @Nullable String name, String place, long value) {
    List<@Nullable Object> cells() {
      List<@Nullable Object> cells = new ArrayList<>();
      cells.add(id);
      cells.add(kind);
      cells.add(name);
      cells.add(place);
      cells.add(value);
      return cells;
    }

    List<@Nullable Object> key(List<String> columns) {
      List<@Nullable Object> key = new ArrayList<>();
      for (String column : columns) {
        key.add(
            switch (column) {
              case "id" -> (Object) id;
              case "kind" -> kind;
              default -> name;
            });
      }
      return key;
    }
  }

  private static final TableIdentifier NAME = TableIdentifier.of("db", "upserts");

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "kind", Types.IntegerType.get()),
          Types.NestedField.optional(3, "name", Types.StringType.get()),
          Types.NestedField.required(4, "place", Types.StringType.get()),
          Types.NestedField.required(5, "value", Types.LongType.get()));

  private static final RecordMapper<Row> MAPPER =
      (row, to) -> {
        to.setLong(0, row.id());
        to.setString(3, row.place()).setLong(4, row.value());
        if (row.kind() != null) {
          to.setInt(1, row.kind());
        }
        if (row.name() != null) {
          to.setString(2, row.name());
        }
      };

  private final MemoryCatalog catalog = new MemoryCatalog();

  private Table create(Shape shape) {
    PartitionSpec spec =
        shape.partitioned
            ? PartitionSpec.builderFor(SCHEMA).identity("place").build()
            : PartitionSpec.unpartitioned();
    SortOrder order =
        shape.sorted ? SortOrder.builderFor(SCHEMA).desc("value").build() : SortOrder.unsorted();
    return Firn.createTableIfAbsent(
        catalog,
        NAME,
        SCHEMA,
        spec,
        order,
        Map.of(TableProperties.FORMAT_VERSION, Integer.toString(shape.format)));
  }

  private static WriterOptions options(Shape shape) {
    return WriterOptions.builder("upserts")
        .commitPolicy(CommitPolicy.manual())
        .upsertBy(shape.key.toArray(String[]::new))
        .nullsInKey(shape == Shape.NULLS ? NullsInKey.AS_VALUE : NullsInKey.REJECT)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void lastRowOfEachKeyIsThere(Shape shape) {
    Table table = create(shape);
    Map<List<@Nullable Object>, Row> expected = new HashMap<>();
    Random random = new Random(shape.ordinal());
    long position = 0;
    for (int opening = 0; opening < 3; opening++) {
      try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, options(shape))) {
        for (int commit = 0; commit < 6; commit++) {
          for (int i = random.nextInt(400); i >= 0; i--) {
            write(writer, shape, row(random, position), random.nextInt(5) == 0, expected);
            writer.mark(++position);
          }
          CommitResult result = writer.commit();
          assertThat(result.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
          assertThat(sorted(GenericsReader.rows(table)))
              .isEqualTo(sorted(expected.values().stream().map(Row::cells).toList()));
        }
      }
    }
  }

  /** So many that files are full before the commit, and pages are encoded while others fill. */
  @ParameterizedTest
  @EnumSource
  void rowsThatAreInFilesAlreadyAreSuperseded(Shape shape) {
    Table table = create(shape);
    Map<List<@Nullable Object>, Row> expected = new HashMap<>();
    Random random = new Random(shape.ordinal());
    WriterOptions options = options(shape).toBuilder().targetFileBytes(40_000).build();
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, options)) {
      for (int commit = 1; commit <= 2; commit++) {
        for (int i = 0; i < 70_000; i++) {
          int id = random.nextInt(1 + random.nextInt(30_000));
          Row row =
              new Row(id, id % 7, "name-" + id, "place-" + random.nextInt(3), random.nextInt());
          write(writer, shape, row, random.nextInt(50) == 0, expected);
        }
        writer.mark(commit);
        writer.commit();
        assertThat(sorted(GenericsReader.rows(table)))
            .isEqualTo(sorted(expected.values().stream().map(Row::cells).toList()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTORS", "MOVING_POSITIONS", "SORTED"})
  void truncateTakesAllThatCameBefore(Shape shape) {
    Table table = create(shape);
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, options(shape))) {
      for (int id = 0; id < 100; id++) {
        writer.upsert(simple(id, 1));
      }
      writer.mark(1);
      writer.commit();
      writer.upsert(simple(1, 2));
      writer.truncate();
      writer.upsert(simple(2, 3));
      writer.delete(simple(3, 3));
      writer.mark(2);
      CommitResult result = writer.commit();
      assertThat(result.replaced().rows()).isEqualTo(100);
      assertThat(sorted(GenericsReader.rows(table)))
          .containsExactly(simple(2, 3).cells().toString());
      writer.truncate();
      writer.mark(3);
      writer.commit();
      assertThat(GenericsReader.rows(table)).isEmpty();
      writer.upsert(simple(2, 4));
      writer.mark(4);
      writer.commit();
      assertThat(sorted(GenericsReader.rows(table)))
          .containsExactly(simple(2, 4).cells().toString());
    }
  }

  /** Each commit is resolved on the newest snapshot: the later of two commits wins, whose it is. */
  @ParameterizedTest
  @EnumSource(names = {"VECTORS", "MOVING", "POSITIONS"})
  void streamsThatShareKeysMakeOneRowOfEach(Shape shape) {
    Table table = create(shape);
    WriterOptions second =
        WriterOptions.builder("second")
            .commitPolicy(CommitPolicy.manual())
            .upsertBy(shape.key.toArray(String[]::new))
            .build();
    Map<List<@Nullable Object>, Row> expected = new HashMap<>();
    Random random = new Random(shape.ordinal());
    try (StreamingTableWriter<Row> one = Firn.openWriter(table, MAPPER, options(shape));
        StreamingTableWriter<Row> other = Firn.openWriter(table, MAPPER, second)) {
      for (int position = 1; position <= 12; position++) {
        StreamingTableWriter<Row> writer = random.nextBoolean() ? one : other;
        for (int i = 0; i < 100; i++) {
          write(writer, shape, row(random, position), random.nextInt(5) == 0, expected);
        }
        writer.mark(position);
        writer.commit();
        assertThat(sorted(GenericsReader.rows(table)))
            .isEqualTo(sorted(expected.values().stream().map(Row::cells).toList()));
      }
    }
  }

  @Test
  void resultSaysWhatWasReplacedAndWhatWasMissed() {
    Table table = create(Shape.VECTORS);
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(table, MAPPER, options(Shape.VECTORS))) {
      writer.upsert(simple(1, 1));
      writer.upsert(simple(2, 1));
      writer.delete(simple(7, 1));
      writer.mark(1);
      CommitResult first = writer.commit();
      assertThat(first.rows()).isEqualTo(2);
      assertThat(first.replaced().rows()).isZero();
      assertThat(first.replaced().missedDeletes()).isEqualTo(1);
      writer.upsert(simple(1, 2));
      writer.delete(simple(2, 2));
      writer.upsert(simple(3, 2));
      writer.delete(simple(3, 2));
      writer.mark(2);
      CommitResult next = writer.commit();
      assertThat(next.rows()).isEqualTo(1);
      assertThat(next.replaced().rows()).isEqualTo(2);
      assertThat(next.replaced().missedDeletes()).isEqualTo(1);
      assertThat(writer.status().bytesBuffered()).isZero();
    }
  }

  /** More keys than one thread looks up, and deletes more than it puts away. */
  @Test
  void keysThatAreManyAreLookedUpByAllThatHelp() {
    int keys = 240_000;
    Table table = create(Shape.VECTORS);
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(table, MAPPER, options(Shape.VECTORS))) {
      for (int id = 0; id < keys; id++) {
        writer.upsert(simple(id, 1));
      }
      writer.mark(1);
      writer.commit();
      for (int id = 0; id < keys; id++) {
        if (id % 2 == 0) {
          writer.delete(simple(id, 2));
        } else {
          writer.upsert(simple(id, 2));
        }
      }
      writer.mark(2);
      assertThat(writer.commit().replaced().rows()).isEqualTo(keys);
      writer.upsert(simple(1, 3));
      writer.mark(3);
      assertThat(writer.commit().replaced().rows()).isEqualTo(1);
    }
    assertThat(GenericsReader.rows(table).stream().mapToLong(row -> (Long) row.get(4)).sum())
        .isEqualTo(2L * (keys / 2) + 1);
  }

  @Test
  void aSoftDeleteKeepsTheRowAndMarksIt() {
    Table table = create(Shape.VECTORS);
    table.updateSchema().addColumn("gone", Types.BooleanType.get()).commit();
    WriterOptions options = options(Shape.VECTORS).toBuilder().softDeleteColumn("gone").build();
    try (StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, options)) {
      writer.upsert(simple(1, 1));
      writer.upsert(simple(2, 1));
      writer.mark(1);
      writer.commit();
      writer.delete(simple(1, 2));
      writer.mark(2);
      writer.commit();
    }
    assertThat(GenericsReader.rows(table))
        .extracting(row -> row.get(0), row -> row.get(4), row -> row.get(5))
        .containsExactlyInAnyOrder(tuple(1L, 2L, true), tuple(2L, 1L, null));
  }

  private static Row simple(long id, long value) {
    return new Row(id, 1, "name-" + id, "place-" + id % 3, value);
  }

  private static Row row(Random random, long value) {
    int id = random.nextInt(300);
    return new Row(
        id,
        random.nextInt(4) == 0 ? null : random.nextInt(3),
        "name-" + random.nextInt(200),
        "place-" + random.nextInt(3),
        value);
  }

  private static void write(
      StreamingTableWriter<Row> writer,
      Shape shape,
      Row row,
      boolean delete,
      Map<List<@Nullable Object>, Row> expected) {
    List<@Nullable Object> key = row.key(shape.key);
    if (shape != Shape.NULLS && key.contains(null)) {
      return;
    }
    if (delete) {
      writer.delete(row);
      expected.remove(key);
    } else {
      writer.upsert(row);
      expected.put(key, row);
    }
  }

  private static List<String> sorted(List<List<@Nullable Object>> rows) {
    return rows.stream().map(Object::toString).sorted(Comparator.naturalOrder()).toList();
  }
}
