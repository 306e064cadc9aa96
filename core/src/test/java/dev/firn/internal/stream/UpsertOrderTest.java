package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.RollbackPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.MemoryCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With an order column the newest change of a key counts, in whatever order they come. */
class UpsertOrderTest {

  /** Tables that differ in how rows are deleted, and in what becomes of a row's place. */
  private enum Shape {
    VECTORS(3, false, false),
    POSITIONS(2, false, false),
    MOVING(3, true, false),
    SORTED_MOVING_POSITIONS(2, true, true);

    private final int format;
    private final boolean partitioned;
    private final boolean sorted;

    Shape(int format, boolean partitioned, boolean sorted) {
      this.format = format;
      this.partitioned = partitioned;
      this.sorted = sorted;
    }
  }

  /**
   * A change.
   *
   * @param version null for none
   */
  private record Row(long id, @Nullable Long version, String value) {}

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "version", Types.LongType.get()),
          NestedField.required(3, "value", Types.StringType.get()));

  private static final RecordMapper<Row> MAPPER =
      (row, to) -> {
        to.setLong(0, row.id()).setString(2, row.value());
        if (row.version() != null) {
          to.setLong(1, row.version());
        }
      };

  private final MemoryCatalog catalog = new MemoryCatalog();
  private Table table = create(Shape.VECTORS);
  private long position;

  @TempDir private Path directory;

  private Table create(Shape shape) {
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
        Map.of(TableProperties.FORMAT_VERSION, Integer.toString(shape.format)));
  }

  private static WriterOptions.Builder options() {
    return WriterOptions.builder("ordered")
        .commitPolicy(CommitPolicy.manual())
        .upsertBy("id")
        .orderBy("version");
  }

  private StreamingTableWriter<Row> open(WriterOptions options) {
    StreamingTableWriter<Row> writer = Firn.openWriter(table, MAPPER, options);
    position = Math.max(position, writer.committed().position().orElse(0));
    return writer;
  }

  private StreamingTableWriter<Row> open() {
    return open(options().build());
  }

  private static Row row(long id, long version) {
    return new Row(id, version, "v" + version);
  }

  private CommitResult commit(StreamingTableWriter<Row> writer) {
    writer.mark(++position);
    return writer.commit();
  }

  /** One commit of one row. */
  private CommitResult upsert(StreamingTableWriter<Row> writer, long id, long version) {
    writer.upsert(row(id, version));
    return commit(writer);
  }

  /** One commit of one delete. */
  private CommitResult delete(StreamingTableWriter<Row> writer, long id, long version) {
    writer.delete(row(id, version));
    return commit(writer);
  }

  private static void assertReplaced(CommitResult result, long rows, long missed, long late) {
    assertThat(
            List.of(
                result.replaced().rows(),
                result.replaced().missedDeletes(),
                result.replaced().lateChanges()))
        .as("rows replaced, deletes missed, changes late")
        .containsExactly(rows, missed, late);
  }

  /** What the table holds: {@code id:version} of each row, in order. */
  private List<String> rows() {
    return GenericsReader.rows(table).stream()
        .map(row -> row.get(0) + ":" + row.get(1))
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private void othersAppend(Row... rows) {
    try (StreamingTableWriter<Row> writer =
        Firn.openWriter(table, MAPPER, WriterOptions.builder("others").build())) {
      for (Row row : rows) {
        writer.append(row);
      }
      writer.mark(writer.committed().position().orElse(0) + 1);
      writer.commit();
    }
  }

  private long snapshot() {
    table.refresh();
    return Objects.requireNonNull(table.currentSnapshot()).snapshotId();
  }

  private void expireAllButTheHead() {
    table.refresh();
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
  }

  private void rollBackTo(long snapshot) {
    table.refresh();
    table.manageSnapshots().rollbackTo(snapshot).commit();
  }

  @ParameterizedTest
  @EnumSource
  void aLateRowIsDroppedAndCounted(Shape shape) {
    table = create(shape);
    try (StreamingTableWriter<Row> writer = open()) {
      assertReplaced(upsert(writer, 1, 10), 0, 0, 0);
      CommitResult late = upsert(writer, 1, 9);
      assertReplaced(late, 0, 0, 1);
      assertThat(late.rows()).isZero();
      assertThat(late.files()).isZero();
      assertThat(late.token().position()).hasValue(position);
      writer.upsert(row(1, 8));
      writer.upsert(row(2, 1));
      CommitResult both = commit(writer);
      assertReplaced(both, 0, 0, 1);
      assertThat(both.rows()).isEqualTo(1);
      assertThat(rows()).containsExactly("1:10", "2:1");
      assertReplaced(upsert(writer, 1, 11), 1, 0, 0);
      assertThat(rows()).containsExactly("1:11", "2:1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void withinACommitTheNewestCountsAndOfEqualOnesTheLater(Shape shape) {
    table = create(shape);
    try (StreamingTableWriter<Row> writer = open()) {
      writer.upsert(row(1, 5));
      writer.upsert(row(1, 7));
      writer.upsert(row(1, 6)); // late
      writer.upsert(new Row(2, 3L, "early"));
      writer.upsert(new Row(2, 3L, "later"));
      writer.delete(row(3, 4));
      writer.upsert(row(3, 3)); // late
      writer.upsert(row(4, 4));
      writer.delete(row(4, 3)); // late
      writer.upsert(row(5, 4));
      writer.delete(row(5, 4));
      CommitResult result = commit(writer);
      assertThat(rows()).containsExactly("1:7", "2:3", "4:4");
      assertThat(GenericsReader.rows(table)).anyMatch(row -> row.contains("later"));
      assertThat(result.rows()).isEqualTo(3);
      assertReplaced(result, 0, 2, 3);
    }
  }

  @Test
  void aTieGoesToWhatComesLater() {
    try (StreamingTableWriter<Row> writer = open()) {
      writer.upsert(new Row(1, 5L, "early"));
      commit(writer);
      writer.upsert(new Row(1, 5L, "later"));
      assertReplaced(commit(writer), 1, 0, 0);
      assertThat(GenericsReader.rows(table).get(0)).contains("later");
      assertReplaced(delete(writer, 1, 5), 1, 0, 0);
      assertReplaced(upsert(writer, 1, 5), 0, 0, 0);
      assertThat(rows()).containsExactly("1:5");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKeyStaysDeletedForOlderRows(Shape shape) {
    table = create(shape);
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, 5);
      assertReplaced(delete(writer, 1, 10), 1, 0, 0);
      assertReplaced(delete(writer, 2, 10), 0, 1, 0);
      assertReplaced(upsert(writer, 1, 9), 0, 0, 1);
      assertReplaced(upsert(writer, 2, 9), 0, 0, 1);
      assertThat(rows()).isEmpty();
      assertReplaced(upsert(writer, 1, 10), 0, 0, 0);
      assertReplaced(upsert(writer, 2, 11), 0, 0, 0);
      assertThat(rows()).containsExactly("1:10", "2:11");
      assertReplaced(upsert(writer, 1, 9), 0, 0, 1);
    }
  }

  @Test
  void aLateDeleteTakesNothingAway() {
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, 10);
      assertReplaced(delete(writer, 1, 9), 0, 0, 1);
      assertThat(rows()).containsExactly("1:10");
      delete(writer, 2, 10);
      assertReplaced(delete(writer, 2, 8), 0, 0, 1);
      assertReplaced(upsert(writer, 2, 9), 0, 0, 1);
    }
  }

  /** A change of a key is a delete of the one and a row of the other, each by its own version. */
  @Test
  void aChangeOfTheKeyIsOrderedForBothKeys() {
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, 5);
      upsert(writer, 2, 9);
      writer.delete(row(1, 6));
      writer.upsert(row(2, 6));
      CommitResult result = commit(writer);
      assertReplaced(result, 1, 0, 1);
      assertThat(rows()).containsExactly("2:9");
      writer.delete(row(2, 10));
      writer.upsert(row(1, 10));
      commit(writer);
      assertThat(rows()).containsExactly("1:10");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriterThatReadsTheTableKnowsHowNewItsRowsAre(Shape shape) {
    table = create(shape);
    try (StreamingTableWriter<Row> writer = open()) {
      for (int id = 0; id < 100; id++) {
        writer.upsert(row(id, 1000 + id));
      }
      writer.delete(row(100, 5000));
      commit(writer);
    }
    try (StreamingTableWriter<Row> writer = open()) {
      for (int id = 0; id < 100; id++) {
        writer.upsert(row(id, 1000 + id - (id % 2 == 0 ? 1 : 0)));
      }
      assertReplaced(commit(writer), 50, 0, 50);
      assertReplaced(upsert(writer, 100, 1), 0, 0, 0); // that it was deleted is not in the table
    }
  }

  @Test
  void aKeptIndexKnowsWhatWasDeleted() {
    WriterOptions options = options().indexDirectory(directory).build();
    try (StreamingTableWriter<Row> writer = open(options)) {
      upsert(writer, 1, 10);
      upsert(writer, 2, 10);
      delete(writer, 2, 20);
      delete(writer, 3, 20);
    }
    othersAppend(row(4, 30));
    try (StreamingTableWriter<Row> writer = open(options)) {
      assertReplaced(upsert(writer, 1, 9), 0, 0, 1);
      assertReplaced(upsert(writer, 2, 19), 0, 0, 1);
      assertReplaced(upsert(writer, 3, 19), 0, 0, 1);
      assertReplaced(upsert(writer, 4, 29), 0, 0, 1);
      assertReplaced(upsert(writer, 2, 21), 0, 0, 0);
    }
    expireAllButTheHead();
    try (StreamingTableWriter<Row> writer = open(options)) {
      assertReplaced(upsert(writer, 3, 19), 0, 0, 1);
      assertReplaced(delete(writer, 2, 22), 1, 0, 0);
    }
    othersAppend(row(5, 30));
    othersAppend(row(6, 30));
    expireAllButTheHead();
    try (StreamingTableWriter<Row> writer = open(options)) {
      // Whether the deletes are in the history cannot be told any more.
      assertReplaced(upsert(writer, 2, 5), 0, 0, 0);
    }
    assertThat(rows()).containsExactly("1:10", "2:5", "4:30", "5:30", "6:30");
  }

  /** An index that was kept before the table was truncated does not hold on to what was deleted. */
  @Test
  void aKeptIndexForgetsDeletesWhenAllFilesAreGone() {
    WriterOptions options = options().indexDirectory(directory).build();
    try (StreamingTableWriter<Row> writer = open(options)) {
      upsert(writer, 1, 10);
      delete(writer, 2, 20);
    }
    try (StreamingTableWriter<Row> writer = open()) {
      writer.truncate();
      writer.upsert(row(3, 1));
      commit(writer);
    }
    try (StreamingTableWriter<Row> writer = open(options)) {
      assertReplaced(upsert(writer, 2, 19), 0, 0, 0);
    }
    assertThat(rows()).containsExactly("2:19", "3:1");
  }

  @Test
  void aKeptIndexDoesNotKnowWhatWasRolledBack() {
    WriterOptions options = options().indexDirectory(directory).build();
    long before;
    try (StreamingTableWriter<Row> writer = open(options)) {
      upsert(writer, 1, 10);
      before = snapshot();
      delete(writer, 2, 20);
      delete(writer, 3, 20);
    }
    rollBackTo(before);
    position = 1;
    try (StreamingTableWriter<Row> writer = open(options)) {
      assertReplaced(upsert(writer, 1, 9), 0, 0, 1);
      assertReplaced(upsert(writer, 3, 19), 0, 0, 0); // its delete has not happened
      assertReplaced(upsert(writer, 2, 5), 0, 0, 0);
    }
    assertThat(rows()).containsExactly("1:10", "2:5", "3:19");
  }

  @Test
  void rowsOfOthersCountAsNewAsTheyAre() {
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, 10);
      othersAppend(row(1, 20), row(2, 20), new Row(3, null, "no version"));
      assertReplaced(upsert(writer, 1, 15), 0, 0, 1);
      assertReplaced(upsert(writer, 2, 15), 0, 0, 1);
      assertReplaced(upsert(writer, 3, Long.MIN_VALUE), 1, 0, 0);
      assertThat(rows()).containsExactly("1:10", "1:20", "2:20", "3:" + Long.MIN_VALUE);
      assertReplaced(upsert(writer, 1, 20), 2, 0, 0);
      othersAppend(row(1, 7));
      assertReplaced(upsert(writer, 1, 19), 0, 0, 1);
      assertReplaced(upsert(writer, 1, 21), 2, 0, 0);
      assertThat(rows()).containsExactly("1:21", "2:20", "3:" + Long.MIN_VALUE);
    }
  }

  /** What is not in the table any more, by whomever, keeps no row out. */
  @Test
  void aRowThatOthersTookAwayIsForgotten() {
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, 10);
      othersAppend(row(1, 20));
      table.refresh();
      table.newDelete().deleteFromRowFilter(Expressions.equal("version", 20)).commit();
      assertReplaced(upsert(writer, 1, 15), 1, 0, 0);
      table.refresh();
      table.newDelete().deleteFromRowFilter(Expressions.equal("version", 15)).commit();
      assertReplaced(upsert(writer, 1, 1), 0, 0, 0);
      assertThat(rows()).containsExactly("1:1");
    }
  }

  /** A row of others does not undo that the key was deleted, once that row is gone. */
  @Test
  void aDeletedKeyIsAsNewAsItsRowWhileItHasOne() {
    try (StreamingTableWriter<Row> writer = open()) {
      delete(writer, 1, 10);
      othersAppend(row(1, 3));
      table.refresh();
      long withRow = snapshot();
      table.newDelete().deleteFromRowFilter(Expressions.equal("version", 3)).commit();
      assertReplaced(upsert(writer, 1, 9), 0, 0, 1);
      assertThat(withRow).isNotEqualTo(snapshot());
      othersAppend(row(1, 3));
      assertReplaced(upsert(writer, 1, 4), 1, 0, 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasRolledBackKeepsNoRowOut(Shape shape) {
    table = create(shape);
    WriterOptions options = options().rollbackPolicy(RollbackPolicy.SKIP).build();
    try (StreamingTableWriter<Row> writer = open(options)) {
      upsert(writer, 1, 10);
      long before = snapshot();
      upsert(writer, 1, 20);
      upsert(writer, 2, 20);
      delete(writer, 3, 20);
      rollBackTo(before);
      writer.upsert(row(1, 9));
      writer.upsert(row(2, 19));
      writer.upsert(row(3, 19));
      assertReplaced(commit(writer), 0, 0, 1);
      assertThat(rows()).containsExactly("1:10", "2:19", "3:19");
      delete(writer, 1, 30);
      rollBackTo(before);
      assertReplaced(upsert(writer, 1, 15), 1, 0, 0);
      assertThat(rows()).containsExactly("1:15");
    }
  }

  @Test
  void deletesAreNotForgottenWhileOthersCommit() {
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, 10);
      delete(writer, 1, 20);
      for (int i = 0; i < 5; i++) {
        othersAppend(row(100 + i, 1));
      }
      assertReplaced(upsert(writer, 1, 19), 0, 0, 1);
    }
  }

  @Test
  void truncateClearsAll() {
    try (StreamingTableWriter<Row> writer = open()) {
      upsert(writer, 1, 10);
      delete(writer, 2, 10);
      writer.upsert(row(3, 5));
      writer.truncate();
      writer.upsert(row(1, 1));
      writer.upsert(row(2, 1));
      writer.delete(row(4, 7));
      CommitResult result = commit(writer);
      assertReplaced(result, 1, 1, 0);
      assertThat(rows()).containsExactly("1:1", "2:1");
      assertReplaced(upsert(writer, 4, 6), 0, 0, 1);
      writer.truncate();
      commit(writer);
      assertReplaced(upsert(writer, 4, 6), 0, 0, 0);
    }
  }

  @Test
  void aRecordWithoutAValueIsRefused() {
    try (StreamingTableWriter<Row> writer = open()) {
      writer.upsert(row(1, 1));
      assertThatThrownBy(() -> writer.upsert(new Row(1, null, "x")))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContainingAll("'version'", "which row of a key is newer");
      assertThatThrownBy(() -> writer.delete(new Row(1, null, "x")))
          .isInstanceOf(RecordRejectedException.class)
          .hasMessageContainingAll("'version'", "with deletes too");
      commit(writer);
    }
    assertThat(rows()).containsExactly("1:1");
  }

  @Test
  void aSoftDeleteIsARowLikeOthers() {
    table.updateSchema().addColumn("gone", Types.BooleanType.get()).commit();
    WriterOptions options = options().softDeleteColumn("gone").build();
    try (StreamingTableWriter<Row> writer = open(options)) {
      upsert(writer, 1, 10);
      delete(writer, 1, 9);
      assertThat(GenericsReader.rows(table).get(0).get(3)).isNull();
      delete(writer, 1, 11);
      upsert(writer, 1, 10);
      assertThat(GenericsReader.rows(table).get(0).get(3)).isEqualTo(true);
    }
  }

  /**
   * Changes in any order, in files that are full before the commit and in pages that are encoded
   * while others fill, against a map.
   */
  @ParameterizedTest
  @EnumSource
  void theNewestOfManyChangesIsThere(Shape shape) {
    table = create(shape);
    Map<Long, Row> newest = new HashMap<>();
    Map<Long, Boolean> deleted = new HashMap<>();
    Random random = new Random(shape.ordinal());
    WriterOptions options = options().targetFileBytes(40_000).build();
    long expectedRows = 0;
    try (StreamingTableWriter<Row> writer = open(options)) {
      for (int commit = 0; commit < 3; commit++) {
        for (int i = 0; i < 50_000; i++) {
          long version = commit * 20_000 + random.nextInt(40_000);
          Row row =
              new Row(random.nextInt(1 + random.nextInt(20_000)), version, "v" + random.nextInt());
          boolean delete = random.nextInt(20) == 0;
          if (delete) {
            writer.delete(row);
          } else {
            writer.upsert(row);
          }
          Row before = newest.get(row.id());
          if (before == null || version >= Objects.requireNonNull(before.version())) {
            newest.put(row.id(), row);
            deleted.put(row.id(), delete);
          }
        }
        commit(writer);
        List<String> expected = new ArrayList<>();
        newest.forEach(
            (id, row) -> {
              if (!Objects.requireNonNull(deleted.get(id))) {
                expected.add(id + ":" + row.version() + ":" + row.value());
              }
            });
        expectedRows = expected.size();
        assertThat(
                GenericsReader.rows(table).stream()
                    .map(row -> row.get(0) + ":" + row.get(1) + ":" + row.get(2))
                    .sorted()
                    .toList())
            .isEqualTo(expected.stream().sorted().toList());
      }
      assertThat(writer.status().bytesBuffered()).isZero();
    }
    assertThat(expectedRows).isPositive();
  }
}
