package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.DeleteMode;
import dev.firn.api.Ownership;
import dev.firn.api.RowLineage;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.DuckDbReader;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An upserted row keeps its {@code _row_id}, as Iceberg's own reader sees it. */
class UpsertRowLineageTest {

  /** Tables that differ in what becomes of a row's place. */
  private enum Shape {
    PLAIN(false, false),
    MOVING(true, false),
    SORTED_MOVING(true, true);

    private final boolean partitioned;
    private final boolean sorted;

    Shape(boolean partitioned, boolean sorted) {
      this.partitioned = partitioned;
      this.sorted = sorted;
    }
  }

  private record Row(long id, String value) {}

  /** What a reader sees of a row. */
  private record Seen(String value, long rowId, long updated) {}

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.required(2, "value", Types.StringType.get()));

  private static final RecordMapper<Row> MAPPER =
      (row, to) -> to.setLong(0, row.id()).setString(1, row.value());

  private final MemoryCatalog catalog = new MemoryCatalog();
  private Table table = create(Shape.PLAIN, 3);
  private long position;

  @TempDir private Path directory;

  private Table create(Shape shape, int format) {
    PartitionSpec spec =
        shape.partitioned
            ? PartitionSpec.builderFor(SCHEMA).bucket("value", 3).build()
            : PartitionSpec.unpartitioned();
    SortOrder order =
        shape.sorted ? SortOrder.builderFor(SCHEMA).desc("value").build() : SortOrder.unsorted();
    return Firn.createTableIfAbsent(
        catalog,
        TableIdentifier.of("db", "t" + UUID.randomUUID()),
        SCHEMA,
        spec,
        order,
        properties(format));
  }

  private static Map<String, String> properties(int format) {
    return Map.of(
        TableProperties.FORMAT_VERSION,
        Integer.toString(format),
        // So that pages and row groups are several in files of some thousand rows.
        TableProperties.PARQUET_PAGE_ROW_LIMIT,
        "300",
        TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
        "4000",
        TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
        "100");
  }

  private static WriterOptions.Builder options() {
    return WriterOptions.builder("lineage")
        .commitPolicy(CommitPolicy.manual())
        .upsertBy("id")
        .rowLineage(RowLineage.PRESERVE);
  }

  private StreamingTableWriter<Row> open(WriterOptions options) {
    StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, options);
    position = Math.max(position, writer.committed().position().orElse(0));
    return writer;
  }

  private StreamingTableWriter<Row> open() {
    return open(options().build());
  }

  private CommitResult commit(StreamingTableWriter<Row> writer) {
    writer.mark(++position);
    return writer.commit();
  }

  private CommitResult upsert(StreamingTableWriter<Row> writer, long id, String value) {
    writer.upsert(new Row(id, value));
    return commit(writer);
  }

  private void othersAppend(long... ids) {
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(table, MAPPER, WriterOptions.builder("others").build())) {
      for (long id : ids) {
        writer.append(new Row(id, "of others"));
      }
      writer.mark(writer.committed().position().orElse(0) + 1);
      writer.commit();
    }
  }

  /** By key, what the table holds; each key and each row id once. */
  private Map<Long, Seen> seen() {
    table.refresh();
    Schema withLineage = MetadataColumns.schemaWithRowLineage(SCHEMA);
    Map<Long, Seen> seen = new TreeMap<>();
    HashSet<Long> ids = new HashSet<>();
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(table).project(withLineage).build()) {
      for (Record record : records) {
        long rowId = (Long) record.getField(MetadataColumns.ROW_ID.name());
        long updated = (Long) record.getField(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.name());
        Seen row = new Seen((String) record.getField("value"), rowId, updated);
        if (seen.put((Long) record.getField("id"), row) != null || !ids.add(rowId)) {
          fail("a key or a row id is there twice: " + record);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seen;
  }

  private static Map<Long, Long> rowIds(Map<Long, Seen> seen) {
    Map<Long, Long> ids = new TreeMap<>();
    seen.forEach((id, row) -> ids.put(id, row.rowId()));
    return ids;
  }

  private Seen seen(long id) {
    return Objects.requireNonNull(seen().get(id));
  }

  private long sequence() {
    table.refresh();
    return table.currentSnapshot().sequenceNumber();
  }

  private List<DataFile> files() throws IOException {
    table.refresh();
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    return files;
  }

  @ParameterizedTest
  @EnumSource
  void anUpsertedRowKeepsItsId(Shape shape) {
    table = create(shape, 3);
    try (StreamingTableWriter<Row> writer = open()) {
      writer.upsert(new Row(1, "a"));
      writer.upsert(new Row(2, "b"));
      writer.upsert(new Row(3, "c"));
      commit(writer);
      Map<Long, Seen> before = seen();
      writer.upsert(new Row(4, "new"));
      writer.upsert(new Row(2, "bb"));
      writer.delete(new Row(3, ""));
      CommitResult result = commit(writer);
      assertThat(result.rows()).isEqualTo(2);
      assertThat(result.replaced().rows()).isEqualTo(2);
      Map<Long, Seen> after = seen();
      assertThat(after.keySet()).containsExactly(1L, 2L, 4L);
      assertThat(after.get(1L)).isEqualTo(before.get(1L));
      assertThat(after.get(2L)).isEqualTo(new Seen("bb", seenIn(before, 2).rowId(), sequence()));
      assertThat(before.values()).extracting(Seen::rowId).doesNotContain(seenIn(after, 4).rowId());
    }
  }

  private static Seen seenIn(Map<Long, Seen> rows, long id) {
    return Objects.requireNonNull(rows.get(id));
  }

  @Test
  void withoutBeingAskedAnUpsertedRowIsANewOne() {
    try (StreamingTableWriter<Row> writer = open(options().rowLineage(RowLineage.NEW).build())) {
      upsert(writer, 1, "a");
      long before = seen(1).rowId();
      upsert(writer, 1, "b");
      assertThat(seen(1).rowId()).isNotEqualTo(before);
    }
  }

  /** Many commits, each of old keys and new ones, deletes too; with restarts between. */
  @ParameterizedTest
  @EnumSource
  void itKeepsItOverManyCommitsAndRestarts(Shape shape) {
    table = create(shape, 3);
    Random random = new Random(3);
    Map<Long, Long> idOf = new TreeMap<>();
    boolean withDirectory = shape == Shape.MOVING;
    for (int life = 0; life < 4; life++) {
      WriterOptions.Builder options = options();
      if (withDirectory) {
        options.indexDirectory(directory);
      }
      try (StreamingTableWriter<Row> writer = open(options.build())) {
        for (int round = 0; round < 4; round++) {
          TreeSet<Long> deleted = new TreeSet<>();
          for (int i = 0; i < 700; i++) {
            long id = random.nextInt(3000);
            if (random.nextInt(10) == 0) {
              writer.delete(new Row(id, ""));
              deleted.add(id);
            } else {
              writer.upsert(new Row(id, "v" + random.nextInt(100)));
              deleted.remove(id);
            }
          }
          commit(writer);
          Map<Long, Seen> seen = seen();
          assertThat(seen.keySet()).doesNotContainAnyElementsOf(deleted);
          idOf.keySet().retainAll(seen.keySet());
          assertThat(rowIds(seen)).containsAllEntriesOf(idOf);
          idOf.putAll(rowIds(seen));
        }
      }
    }
    assertThat(idOf.size()).isGreaterThan(2000);
  }

  @Test
  void filesOfSeveralRowGroupsAreWrittenOnceMoreAsTheyAre() throws IOException {
    try (StreamingTableWriter<Row> writer = open()) {
      for (long id = 0; id < 5000; id++) {
        writer.upsert(new Row(id, UUID.randomUUID().toString()));
      }
      commit(writer);
      Map<Long, Seen> before = seen();
      for (long id = 0; id < 5000; id += 2) {
        writer.upsert(new Row(id, UUID.randomUUID().toString()));
        writer.upsert(new Row(id + 10_000, UUID.randomUUID().toString()));
      }
      commit(writer);
      Map<Long, Seen> after = seen();
      assertThat(rowIds(after)).containsAllEntriesOf(rowIds(before));
      assertThat(files()).hasSize(2);
      assertThat(files()).allSatisfy(file -> assertThat(file.splitOffsets()).hasSizeGreaterThan(2));
    }
  }

  /** The file is put together of two, so it is read by somebody who has no part in either. */
  @Test
  void otherReadersFindIdsBesideTheRows() throws IOException {
    try (JdbcCatalog local = Firn.openEmbedded(directory)) {
      table =
          Firn.createTableIfAbsent(
              local,
              TableIdentifier.of("db", "local"),
              SCHEMA,
              PartitionSpec.unpartitioned(),
              SortOrder.unsorted(),
              properties(3));
      List<List<@Nullable Object>> expected = new ArrayList<>();
      try (StreamingTableWriter<Row> writer = open()) {
        for (long id = 0; id < 2000; id++) {
          writer.upsert(new Row(id, "first"));
        }
        commit(writer);
        Map<Long, Seen> before = seen();
        for (long id = 1000; id < 4000; id++) {
          String value = UUID.randomUUID().toString();
          writer.upsert(new Row(id, value));
          expected.add(Arrays.asList(id, value, id < 2000 ? seenIn(before, id).rowId() : null));
        }
        commit(writer);
      }
      DataFile second = files().stream().filter(file -> file.recordCount() == 3000).findAny().get();
      Schema withIds = TypeUtil.join(SCHEMA, new Schema(MetadataColumns.ROW_ID));
      assertThat(DuckDbReader.rows(withIds, List.of(second.location())))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void aRowThatComesTwiceInACommitKeepsTheIdOnce() {
    try (StreamingTableWriter<Row> writer =
        open(options().targetFileBytes(1).build())) { // each page is a file
      upsert(writer, 1, "a");
      long id = seen(1).rowId();
      for (int i = 0; i < 2000; i++) {
        writer.upsert(new Row(1, "v" + i));
        writer.upsert(new Row(2 + i % 7, "w" + i));
      }
      commit(writer);
      assertThat(seen(1).rowId()).isEqualTo(id);
      assertThat(seen()).hasSize(8);
    }
  }

  @Test
  void aDeletedKeyThatComesAgainIsANewRow() {
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, "a");
      long first = seen(1).rowId();
      writer.delete(new Row(1, ""));
      commit(writer);
      upsert(writer, 1, "b");
      long second = seen(1).rowId();
      assertThat(second).isNotEqualTo(first);
      writer.truncate();
      upsert(writer, 1, "c");
      assertThat(seen(1).rowId()).isNotIn(first, second);
    }
  }

  @Test
  void rowsOfOthersKeepTheirsToo() {
    othersAppend(1, 2);
    try (StreamingTableWriter<Row> writer = open()) {
      long one = seen(1).rowId();
      upsert(writer, 1, "a");
      assertThat(seen(1).rowId()).isEqualTo(one);
      othersAppend(3);
      long three = seen(3).rowId();
      upsert(writer, 3, "c");
      assertThat(seen(3).rowId()).isEqualTo(three);
      othersAppend(3); // now it is there twice
      table.refresh();
      upsert(writer, 3, "d");
      assertThat(seen()).hasSize(3);
    }
  }

  @Test
  void ifTheTableMovesMeanwhileTheIdsAreThoseOfTheNewHead() {
    try (StreamingTableWriter<Row> writer = open();
        StreamingTableWriter<Row> other =
            Firn.openWriter(table, MAPPER, options(WriterOptions.builder("other")).build())) {
      upsert(writer, 1, "a");
      long first = seen(1).rowId();
      writer.upsert(new Row(1, "mine"));
      writer.mark(++position);
      other.delete(new Row(1, ""));
      other.mark(1);
      other.commit();
      othersAppend(1);
      long again = seen(1).rowId();
      assertThat(again).isNotEqualTo(first);
      writer.commit();
      assertThat(seen(1)).isEqualTo(new Seen("mine", again, sequence()));
    }
  }

  private static WriterOptions.Builder options(WriterOptions.Builder of) {
    return of.commitPolicy(CommitPolicy.manual()).upsertBy("id").rowLineage(RowLineage.PRESERVE);
  }

  @Test
  void writersOfAGroupToo() {
    try (WriterGroup group =
            Firn.openWriterGroup(table, options().ownership(Ownership.PER_SOURCE).build());
        StreamingTableWriter<Row> one = group.openWriter(MAPPER);
        StreamingTableWriter<Row> two = group.openWriter(MAPPER)) {
      one.claim(Set.of("one"), 1);
      two.claim(Set.of("two"), 1);
      one.upsert(new Row(1, "a"));
      two.upsert(new Row(2, "b"));
      one.mark("one", 1);
      two.mark("two", 1);
      one.commit();
      two.commit();
      Map<Long, Seen> before = seen();
      one.upsert(new Row(1, "aa"));
      two.upsert(new Row(2, "bb"));
      one.mark("one", 2);
      two.mark("two", 2);
      one.commitAsync();
      two.commit();
      one.commit();
      assertThat(seen(1).rowId()).isEqualTo(seenIn(before, 1).rowId());
      assertThat(seen(2).rowId()).isEqualTo(seenIn(before, 2).rowId());
    }
  }

  /** A row of each file stays, so that all files do; few of them are needed at once. */
  @Test
  void idsThatMemoryHasNoRoomForAreReadAgain() {
    WriterOptions options =
        options().indexMemoryLimitBytes(WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES).build();
    int ranges = 8;
    int range = 1000;
    Random random = new Random(9);
    try (StreamingTableWriter<Row> writer = open(options)) {
      for (int id = 0; id < ranges * range; id++) {
        writer.upsert(new Row(id, ""));
      }
      commit(writer);
      Map<Long, Seen> before = seen();
      for (int round = 0; round < 200; round++) {
        for (int i = 0; i < range; i++) {
          if (random.nextInt(10) > 0) {
            writer.upsert(new Row(round % ranges * range + i, "v" + round));
          }
        }
        writer.upsert(new Row(1_000_000 + round, "stays"));
        commit(writer);
      }
      Map<Long, Seen> after = seen();
      assertThat(rowIds(after)).containsAllEntriesOf(rowIds(before));
    }
  }

  @Test
  void ifTheIdsOfACommitDoNotFitItIsSaidHowMuchMemoryTheyTake() {
    WriterOptions options =
        options().indexMemoryLimitBytes(2 * WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES).build();
    try (StreamingTableWriter<Row> writer = open(options)) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 40_000; i++) {
          writer.upsert(new Row(i, "v" + i));
        }
        writer.mark(++position);
        if (round == 0) {
          writer.commit();
        }
      }
      assertThatThrownBy(writer::commit)
          .isInstanceOf(IndexFullException.class)
          .hasMessageContaining("ids")
          .hasMessageContaining("indexMemoryLimitBytes");
    }
    assertThat(seen()).hasSize(40_000);
  }

  @Test
  void aTableWithoutRowIdsIsRefused() {
    table = create(Shape.PLAIN, 2);
    assertThatThrownBy(this::open)
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("format version 2")
        .hasMessageContaining("RowLineage.NEW");
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() {
    WriterOptions.Builder withoutKey = WriterOptions.builder("s").rowLineage(RowLineage.PRESERVE);
    assertThatThrownBy(withoutKey::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("upsertBy");
    WriterOptions.Builder byKeys = options().deleteMode(DeleteMode.EQUALITY_DELETES);
    assertThatThrownBy(byKeys::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DeleteMode.AUTO");
  }
}
