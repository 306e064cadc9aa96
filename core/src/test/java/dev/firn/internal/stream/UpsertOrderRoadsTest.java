package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.Ownership;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.KeptTasks;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An order column with every kind of writer, in trouble, and with little memory. */
class UpsertOrderRoadsTest {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "ordered");

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.required(2, "version", Types.LongType.get()));

  private static final RecordMapper<long[]> MAPPER =
      (row, to) -> to.setLong(0, row[0]).setLong(1, row[1]);

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final Table table =
      Firn.createTableIfAbsent(
          catalog,
          NAME,
          SCHEMA,
          PartitionSpec.unpartitioned(),
          SortOrder.unsorted(),
          Map.of(TableProperties.FORMAT_VERSION, "3"));

  private final AtomicLong rowsRead = new AtomicLong();
  private long position;

  @TempDir private Path directory;

  private WriterOptions.Builder options() {
    return WriterOptions.builder("ordered")
        .commitPolicy(CommitPolicy.manual())
        .upsertBy("id")
        .orderBy("version")
        .listener(
            new WriterListener() {
              @Override
              public void indexProgress(long rows, long ofRows) {
                rowsRead.accumulateAndGet(rows, Math::max);
              }
            });
  }

  private static long[] row(long id, long version) {
    return new long[] {id, version};
  }

  private void append(long id, long version) {
    Table plain = catalog.loadTable(NAME);
    try (StreamingTableWriter<long[]> writer =
        Firn.openWriter(plain, MAPPER, WriterOptions.builder("others").build())) {
      writer.append(row(id, version));
      writer.mark(writer.committed().position().orElse(0) + 1);
      writer.commit();
    }
  }

  private CommitResult commit(StreamingTableWriter<long[]> writer) {
    writer.mark(++position);
    return writer.commit();
  }

  private List<String> rows() {
    table.refresh();
    return GenericsReader.rows(table).stream()
        .map(row -> row.get(0) + ":" + row.get(1))
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  /** What others commit while a commit is under way counts, as what it lands on. */
  @Test
  void whatIsLateIsToldForTheSnapshotThatACommitLandsOn() {
    FaultPlan plan = FaultPlan.scripted().slowness(Duration.ZERO).sleeper(howLong -> {});
    Table faulty = new FaultyCatalog(catalog, plan).loadTable(NAME);
    try (StreamingTableWriter<long[]> writer = Firn.openWriter(faulty, MAPPER, options().build())) {
      writer.upsert(row(1, 10));
      commit(writer);
      plan.meanwhile(() -> append(1, 20)).on(Call.COMMIT, 1, Fault.SLOW_COMMIT);
      writer.upsert(row(1, 15));
      writer.upsert(row(2, 1));
      CommitResult result = commit(writer);
      assertThat(result.attempts()).isEqualTo(2);
      assertThat(result.replaced().lateChanges()).isEqualTo(1);
      assertThat(rows()).containsExactly("1:10", "1:20", "2:1");
    }
  }

  @Test
  void aDeleteThatWasRefusedKeepsNoRowOut() {
    FaultPlan plan = FaultPlan.scripted();
    Table faulty = new FaultyCatalog(catalog, plan).loadTable(NAME);
    WriterOptions options = options().commitTimeout(Duration.ZERO).build();
    try (StreamingTableWriter<long[]> writer = Firn.openWriter(faulty, MAPPER, options)) {
      plan.from(Call.COMMIT, 1, Fault.REFUSED);
      writer.delete(row(1, 10));
      writer.mark(1);
      assertThatThrownBy(writer::commit).isInstanceOf(RuntimeException.class);
      plan.heal();
    }
    try (StreamingTableWriter<long[]> writer = Firn.openWriter(faulty, MAPPER, options)) {
      writer.upsert(row(1, 9));
      assertThat(commit(writer).replaced().lateChanges()).isZero();
    }
    assertThat(rows()).containsExactly("1:9");
  }

  @Test
  void aCommitThatWasSaidToHaveFailedIsRemembered() {
    for (Fault fault :
        List.of(Fault.APPLIED_BUT_REFUSED, Fault.UNKNOWN_APPLIED, Fault.ERROR_APPLIED)) {
      FaultPlan plan = FaultPlan.scripted();
      Table faulty = new FaultyCatalog(catalog, plan).loadTable(NAME);
      try (StreamingTableWriter<long[]> writer =
          Firn.openWriter(faulty, MAPPER, options().build())) {
        plan.on(Call.COMMIT, 1, fault);
        writer.delete(row(fault.ordinal(), 10));
        commit(writer);
        assertThat(plan.effects(fault)).isEqualTo(1);
        writer.upsert(row(fault.ordinal(), 9));
        assertThat(commit(writer).replaced().lateChanges()).isEqualTo(1);
      }
    }
  }

  /** Two sources may have changes of one key then: the order says which one counts. */
  @Test
  void writersOfAGroupThatCommitTogetherAreOrdered() {
    KeptTasks tasks = new KeptTasks();
    WriterOptions options =
        options()
            .ownership(Ownership.PER_SOURCE)
            .executor(tasks)
            .closeTimeout(Duration.ZERO)
            .build();
    try (WriterGroup group =
            StreamingGroupAccess.open(
                table,
                options,
                (on, with, replacements) -> SnapshotCommitter.open(on, with, replacements));
        StreamingTableWriter<long[]> one = group.openWriter(MAPPER);
        StreamingTableWriter<long[]> other = group.openWriter(MAPPER)) {
      one.claim(List.of("a"), 1);
      other.claim(List.of("b"), 1);
      for (int i = 0; i < 2; i++) { // one is first, then the other
        StreamingTableWriter<long[]> first = i == 0 ? one : other;
        StreamingTableWriter<long[]> second = i == 0 ? other : one;
        int id = 10 * i;
        first.upsert(row(id + 1, 5));
        second.upsert(row(id + 1, 4));
        first.upsert(row(id + 2, 4));
        second.upsert(row(id + 2, 4));
        first.delete(row(id + 3, 5));
        second.upsert(row(id + 3, 4));
        first.upsert(row(id + 4, 5));
        second.delete(row(id + 4, 4));
        first.upsert(row(id + 5, 4));
        second.delete(row(id + 5, 5));
        first.mark(first == one ? "a" : "b", i + 1);
        second.mark(second == one ? "a" : "b", i + 1);
        CompletableFuture<CommitResult> a = first.commitAsync().toCompletableFuture();
        CompletableFuture<CommitResult> b = second.commitAsync().toCompletableFuture();
        tasks.run();
        assertThat(a.join().snapshotId()).isEqualTo(b.join().snapshotId());
        assertThat(a.join().rows() + b.join().rows()).isEqualTo(3);
      }
      assertThat(rows()).containsExactly("11:5", "12:4", "14:5", "1:5", "2:4", "4:5");
      one.upsert(row(3, 4)); // it was deleted
      one.upsert(row(1, 4));
      one.mark("a", 5);
      CompletableFuture<CommitResult> last = one.commitAsync().toCompletableFuture();
      tasks.run();
      assertThat(last.join().replaced().lateChanges()).isEqualTo(2);
    }
  }

  @Test
  void aSharedWriterIsOrdered() {
    try (SharedTableWriter<long[]> writer =
        Firn.openSharedWriter(table, MAPPER, options().build())) {
      writer.upsert(row(1, 10));
      writer.upsert(row(1, 9));
      writer.flush(Duration.ofMinutes(1));
      writer.delete(row(1, 8));
      writer.upsert(row(2, 8));
      writer.flush(Duration.ofMinutes(1));
      assertThat(rows()).containsExactly("1:10", "2:8");
    }
  }

  @Test
  void anOrderColumnThatIsDroppedEndsTheStream() {
    table.updateSchema().addColumn("at", Types.TimestampType.withZone()).commit();
    RecordMapper<long[]> mapper =
        (row, to) -> {
          to.setLong("id", row[0]).setLong("version", row[1]);
          if (to.schema().findField("at") != null) {
            to.setLong("at", row[1]);
          }
        };
    try (StreamingTableWriter<long[]> writer =
        Firn.openWriter(table, mapper, options().orderBy("at").build())) {
      writer.upsert(row(1, 10));
      commit(writer);
      writer.upsert(row(1, 9));
      assertThat(commit(writer).replaced().lateChanges()).isEqualTo(1);
      table.updateSchema().deleteColumn("at").commit();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 2; i++) {
                  writer.upsert(row(1, 11));
                  commit(writer);
                }
              })
          .isInstanceOf(UnsupportedTableException.class)
          .hasMessageContaining("which row of a key is newer");
    }
    assertThat(rows()).containsExactly("1:11"); // written before the writer saw it
  }

  @Test
  void anOrderThatIsNoneIsRefusedWhenTheWriterIsOpened() {
    assertThatThrownBy(() -> Firn.openWriter(table, MAPPER, options().orderBy("nobody").build()))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("'nobody'");
    assertThatThrownBy(() -> Firn.openWriter(table, MAPPER, options().orderBy("id").build()))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("part of the key");
  }

  @Test
  void versionsCountAgainstTheMemoryOfTheIndex() {
    WriterOptions options =
        options().indexMemoryLimitBytes(WriterOptions.MIN_INDEX_MEMORY_LIMIT_BYTES).build();
    try (StreamingTableWriter<long[]> writer = Firn.openWriter(table, MAPPER, options)) {
      for (int id = 0; id < 30_000; id++) { // 720 KB of keys, and 240 of versions
        writer.upsert(row(id, (long) id * id * id * id));
      }
      writer.mark(++position);
      assertThatThrownBy(writer::commit)
          .isInstanceOf(IndexFullException.class)
          .hasMessageContainingAll("order column", "indexMemoryLimitBytes");
    }
    try (StreamingTableWriter<long[]> writer = Firn.openWriter(table, MAPPER, options)) {
      for (int round = 0; round < 40; round++) {
        for (int id = 0; id < 1_000; id++) {
          writer.upsert(row(id, round));
          writer.delete(row(10_000 + id, round));
        }
        commit(writer);
      }
    }
  }

  @Test
  void aKeptIndexThatIsDamagedIsBuiltAnew() throws IOException {
    WriterOptions options = options().indexDirectory(directory).build();
    try (StreamingTableWriter<long[]> writer = Firn.openWriter(table, MAPPER, options)) {
      for (int id = 0; id < 3_000; id++) {
        writer.upsert(row(id, 1_000 + id));
        writer.delete(row(10_000 + id, 5));
      }
      commit(writer);
    }
    int version = 2_000;
    for (int times = 0; times < 16; times++) {
      Path versions;
      try (Stream<Path> all = Files.list(directory)) {
        versions =
            all.filter(file -> file.getFileName().toString().startsWith("versions-"))
                .reduce((a, b) -> directory.resolve("two files of versions"))
                .orElseThrow();
      }
      boolean damaged = times % 2 == 0;
      if (damaged) {
        byte[] bytes = Files.readAllBytes(versions);
        int at = (int) ((long) bytes.length * times / 16);
        bytes[at] ^= 0x10;
        Files.write(versions, bytes);
      }
      rowsRead.set(0);
      try (StreamingTableWriter<long[]> writer = Firn.openWriter(table, MAPPER, options)) {
        assertThat(rowsRead.get() > 0).as("read with damage %s", damaged).isEqualTo(damaged);
        writer.upsert(row(0, version));
        writer.upsert(row(1, 1_000));
        assertThat(commit(writer).replaced().lateChanges()).isEqualTo(1);
        writer.upsert(row(0, version - 1));
        assertThat(commit(writer).replaced().lateChanges()).isEqualTo(1);
        version++;
      }
    }
  }
}
