package dev.firn.testkit;

import dev.firn.api.NullsInKey;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.testkit.KeyedEvents.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * What an upserted table looks like, drawn from a seed: the columns of its key, its partitions and
 * order, and which cells the numbers of a {@link KeyedRow} stand for.
 */
final class KeyedShape {

  /** Numbers of regions; the first is null. */
  static final int REGIONS = 4;

  /** So that a few dozen rows fill the smallest memory that a writer may have. */
  private static final String WIDE = "~".repeat(20_000);

  private static final List<@Nullable String> REGION_CELLS = Arrays.asList(null, "ap", "eu", "us");

  /** The columns of a key. */
  enum Key {
    LONG,
    INT_AND_STRING,
    STRING,
    UUID,
    NULLABLE_STRING_AND_INT
  }

  /** How the table is partitioned at first; a region is no part of a key, so that rows move. */
  enum Partitions {
    NONE,
    BY_REGION,
    BY_BUCKET_OF_KEY
  }

  private final Key key;
  private final Partitions partitions;
  private final boolean identified;
  private final boolean sorted;
  private final boolean wide;
  private final boolean smallFiles;
  private final boolean ordered;
  private final int keys;
  private final Schema schema;
  private final Map<List<@Nullable Object>, Integer> numbers = new HashMap<>();

  /**
   * @param ordered whether there is an order column, and changes come in another order than its
   */
  KeyedShape(Random random, boolean ordered) {
    this.ordered = ordered;
    this.key = Key.values()[random.nextInt(Key.values().length)];
    this.partitions = Partitions.values()[random.nextInt(Partitions.values().length)];
    this.identified = key != Key.NULLABLE_STRING_AND_INT && random.nextBoolean();
    this.sorted = random.nextInt(3) == 0;
    this.wide = random.nextInt(4) == 0;
    this.smallFiles = random.nextInt(3) == 0;
    this.keys = 20 + random.nextInt(30);
    this.schema = newSchema();
    for (int number = 0; number < keys; number++) {
      numbers.put(keyCells(number), number);
    }
  }

  private Schema newSchema() {
    List<NestedField> columns = new ArrayList<>();
    switch (key) {
      case LONG -> columns.add(NestedField.required(1, "id", Types.LongType.get()));
      case STRING -> columns.add(NestedField.required(1, "id", Types.StringType.get()));
      case UUID -> columns.add(NestedField.required(1, "id", Types.UUIDType.get()));
      case INT_AND_STRING -> {
        columns.add(NestedField.required(1, "id", Types.IntegerType.get()));
        columns.add(NestedField.required(2, "part", Types.StringType.get()));
      }
      case NULLABLE_STRING_AND_INT -> {
        columns.add(NestedField.optional(1, "id", Types.StringType.get()));
        columns.add(NestedField.optional(2, "part", Types.IntegerType.get()));
      }
    }
    Set<Integer> identifiers =
        identified ? Set.copyOf(columns.stream().map(NestedField::fieldId).toList()) : Set.of();
    int id = columns.size(); // as a catalog numbers them
    columns.add(NestedField.optional(++id, "region", Types.StringType.get()));
    columns.add(NestedField.required(++id, "event", Types.LongType.get()));
    columns.add(NestedField.optional(++id, "note", Types.StringType.get()));
    if (ordered) {
      columns.add(NestedField.optional(++id, "version", Types.LongType.get()));
    }
    return new Schema(columns, identifiers);
  }

  /** Different for different numbers. */
  private List<@Nullable Object> keyCells(int number) {
    return switch (key) {
      case LONG -> List.of((number - 3) * 1_000_003L);
      case STRING -> List.of("key-" + number + "-".repeat(number % 20));
      case UUID -> List.of(new UUID(number * 0x9E3779B97F4A7C15L, number));
      case INT_AND_STRING -> List.of(number % 3, "k" + number / 3);
      case NULLABLE_STRING_AND_INT ->
          Arrays.asList(
              number % 5 == 0 ? null : "k" + number,
              number == 0 || (number % 3 == 0 && number % 5 != 0) ? null : number);
    };
  }

  private @Nullable String noteOf(long event) {
    return event % 3 == 0 ? null : "n" + event + (wide ? WIDE : "");
  }

  /** Whether the newest change of a key counts, and not the last one. */
  boolean isOrdered() {
    return ordered;
  }

  /** How many keys there are. */
  int keys() {
    return keys;
  }

  /** All of them. */
  List<Integer> allKeys() {
    return IntStream.range(0, keys).boxed().toList();
  }

  /** The columns that the table was made with; others may have come. */
  Schema schema() {
    return schema;
  }

  PartitionSpec spec() {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    return switch (partitions) {
      case NONE -> spec.build();
      case BY_REGION -> spec.identity("region").build();
      case BY_BUCKET_OF_KEY -> spec.bucket("id", 2).build();
    };
  }

  SortOrder order() {
    return sorted
        ? SortOrder.builderFor(schema).desc(Expressions.ref("event")).build()
        : SortOrder.unsorted();
  }

  /** A stream that upserts into this table. */
  WriterOptions.Builder options(String stream) {
    WriterOptions.Builder options =
        WriterOptions.builder(stream)
            .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
            .indexMemoryLimitBytes(WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES)
            .upsertBy(identified ? new String[0] : keyColumns());
    if (key == Key.NULLABLE_STRING_AND_INT) {
      options.nullsInKey(NullsInKey.AS_VALUE);
    }
    if (ordered) {
      options.orderBy("version");
    }
    return smallFiles ? options.targetFileBytes(600) : options;
  }

  private String[] keyColumns() {
    return schema.columns().stream()
        .map(NestedField::name)
        .limit(keyCells(0).size())
        .toArray(String[]::new);
  }

  /** Sets all cells of a row; of a removal at times only those of its key. */
  RecordMapper<Change> mapper() {
    return (change, row) -> {
      KeyedRow cells = change.row();
      List<@Nullable Object> keyCells = keyCells(cells.key());
      for (int i = 0; i < keyCells.size(); i++) {
        row.setObject(i, keyCells.get(i));
      }
      if (!change.isRemoval() || cells.event() % 2 == 0) {
        mapRest(cells, row, keyCells.size());
      }
      if (ordered) {
        row.setLong("version", change.version());
      }
    };
  }

  private void mapRest(KeyedRow cells, RowAppender row, int at) {
    row.setObject(at, REGION_CELLS.get(cells.region()))
        .setLong(at + 1, cells.event())
        .setObject(at + 2, noteOf(cells.event()));
  }

  /** The record of a row, for those who write by Iceberg's own means. */
  Record record(Schema written, KeyedRow row) {
    GenericRecord record = GenericRecord.create(written);
    List<@Nullable Object> keyCells = keyCells(row.key());
    for (int i = 0; i < keyCells.size(); i++) {
      record.setField(schema.columns().get(i).name(), keyCells.get(i));
    }
    record.setField("region", REGION_CELLS.get(row.region()));
    record.setField("event", row.event());
    record.setField("note", noteOf(row.event()));
    if (ordered) {
      record.setField("version", row.version());
    }
    return record;
  }

  /**
   * The row that a record is.
   *
   * @throws IllegalStateException if it is none: its cells do not belong together
   */
  KeyedRow row(Record record) {
    List<@Nullable Object> keyCells = new ArrayList<>();
    for (String column : keyColumns()) {
      keyCells.add(record.getField(column));
    }
    Integer number = numbers.get(keyCells);
    int region = REGION_CELLS.indexOf((String) record.getField("region"));
    Long event = (Long) record.getField("event");
    if (number == null
        || region < 0
        || event == null
        || !Objects.equals(noteOf(event), record.getField("note"))
        || (ordered
            && !Objects.equals(
                new KeyedRow(number, region, event).version(), record.getField("version")))) {
      throw new IllegalStateException("no row of this table: " + keyCells + ", event " + event);
    }
    return new KeyedRow(number, region, event);
  }

  @Override
  public String toString() {
    return "key "
        + key
        + (identified ? ", identified" : "")
        + ", partitions "
        + partitions
        + (sorted ? ", sorted" : "")
        + (wide ? ", wide" : "")
        + (smallFiles ? ", small files" : "")
        + (ordered ? ", ordered" : "");
  }
}
