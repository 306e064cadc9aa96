package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index that is kept in a directory saves the next writer the reading, and nothing else. */
class UpsertIndexDirectoryTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.required(2, "value", Types.LongType.get()));

  private static final RecordMapper<long[]> MAPPER =
      (row, to) -> to.setLong(0, row[0]).setLong(1, row[1]);

  @TempDir Path directory;

  private final Table table =
      Firn.createTableIfAbsent(
          new MemoryCatalog(),
          TableIdentifier.of("db", "kept"),
          SCHEMA,
          PartitionSpec.unpartitioned(),
          SortOrder.unsorted(),
          Map.of(TableProperties.FORMAT_VERSION, "3"));

  private final Map<Long, Long> expected = new HashMap<>();
  private final Random random = new Random(7);
  private final AtomicLong rowsRead = new AtomicLong();
  private long position;

  private WriterOptions.Builder options() {
    return WriterOptions.builder("kept")
        .commitPolicy(CommitPolicy.manual())
        .upsertBy("id")
        .indexDirectory(directory)
        .listener(
            new WriterListener() {
              @Override
              public void indexProgress(long rows, long ofRows) {
                rowsRead.accumulateAndGet(rows, Math::max);
              }
            });
  }

  private StreamingTableWriter<long[]> open() {
    return Firn.openWriter(table, MAPPER, options().build());
  }

  /** One commit of {@code rows} changes of {@code keys} keys. */
  private void write(StreamingTableWriter<long[]> writer, int rows, int keys) {
    for (int i = 0; i < rows; i++) {
      long[] row = {random.nextInt(keys), random.nextLong()};
      if (random.nextInt(10) == 0) {
        writer.delete(row);
        expected.remove(row[0]);
      } else {
        writer.upsert(row);
        expected.put(row[0], row[1]);
      }
    }
    writer.mark(++position);
    writer.commit();
  }

  private void assertRows() {
    Map<Long, Long> found = new HashMap<>();
    for (List<@Nullable Object> row : GenericsReader.rows(table)) {
      Long before = found.put((Long) row.get(0), (Long) row.get(1));
      assertThat(before).as("another row of key %s", row.get(0)).isNull();
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void nextWriterReadsNothing() {
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 3_000, 1_000);
      write(writer, 100, 1_000);
    }
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 500, 1_500);
    }
    assertThat(rowsRead).hasValue(0);
    assertRows();
  }

  @Test
  void whatHappenedMeanwhileIsAllThatIsRead() {
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 3_000, 1_000);
    }
    try (StreamingTableWriter<long[]> other =
        Firn.openWriter(table, MAPPER, WriterOptions.builder("other").upsertBy("id").build())) {
      for (long id = 0; id < 50; id++) {
        other.upsert(new long[] {id, id});
        expected.put(id, id);
      }
      other.mark(1);
      other.commit();
    }
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 500, 1_500);
    }
    assertThat(rowsRead).hasValue(50);
    assertRows();
  }

  @Test
  void anIndexOfASnapshotThatWasRolledBackIsGood() {
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 2_000, 1_000);
    }
    Map<Long, Long> before = Map.copyOf(expected);
    table.refresh();
    long snapshot = table.currentSnapshot().snapshotId();
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 1_500, 1_000);
    }
    table.refresh();
    table.manageSnapshots().rollbackTo(snapshot).commit();
    expected.clear();
    expected.putAll(before);
    try (StreamingTableWriter<long[]> writer = open()) {
      position = writer.committed().position().orElse(0);
      write(writer, 500, 1_500);
    }
    assertRows();
  }

  @Test
  void aDamagedIndexIsBuiltAnew() throws IOException {
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 3_000, 1_000);
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> !file.endsWith("lock")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      byte[] damaged = bytes.clone();
      damaged[damaged.length / 2] ^= 0x10;
      Files.write(file, damaged);
      rowsRead.set(0);
      try (StreamingTableWriter<long[]> writer = open()) {
        write(writer, 50, 1_000);
      }
      assertThat(rowsRead.get()).as("rows read with %s damaged", file).isPositive();
      assertRows();
    }
  }

  @Test
  void aSmallMemoryIsEnough() {
    WriterOptions options =
        options().indexMemoryLimitBytes(WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES).build();
    for (int life = 0; life < 2; life++) {
      try (StreamingTableWriter<long[]> writer = Firn.openWriter(table, MAPPER, options)) {
        for (int commit = 0; commit < 10; commit++) {
          write(writer, 15_000, 150_000);
        }
      }
      assertRows();
    }
    assertThat(expected.size() * 20L).isGreaterThan(WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES);
  }

  @Test
  void aDirectoryHasOneWriter() {
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 10, 10);
      assertThatThrownBy(this::open)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(directory.toString());
      write(writer, 10, 10);
    }
    assertRows();
  }

  @Test
  void anIndexOfAnotherBranchOrTableIsNotTaken() {
    try (StreamingTableWriter<long[]> writer = open()) {
      write(writer, 1_000, 500);
    }
    table.refresh();
    table
        .manageSnapshots()
        .createBranch("audit", Objects.requireNonNull(table.currentSnapshot()).snapshotId())
        .commit();
    try (StreamingTableWriter<long[]> writer =
        Firn.openWriter(table, MAPPER, options().branch("audit").build())) {
      writer.upsert(new long[] {1, 1});
      writer.mark(position + 1);
      writer.commit();
    }
    assertThat(rowsRead.get()).isPositive();
    assertRows();
  }
}
