package dev.firn.internal.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.BufferFullException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * When memory is short, what is handed to the sealers is enough for the append that waits. There is
 * one thread here, and the deadline is zero: an append that waits for what nobody seals fails.
 */
class ShortMemoryTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()));

  private static final TableIdentifier NAME = TableIdentifier.of("db", "events");

  private final InMemoryCatalog catalog = new InMemoryCatalog();

  @BeforeEach
  void openCatalog() {
    catalog.initialize("test", Map.of());
  }

  @AfterEach
  void closeCatalog() throws Exception {
    catalog.close();
  }

  private TableStager<Long> stager(
      int buckets, int rowBytes, long limitBytes, @Nullable Executor workers) {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).bucket("id", buckets).build();
    Table table =
        Firn.createTableIfAbsent(catalog, NAME, SCHEMA, spec, SortOrder.unsorted(), Map.of());
    String filler = "x".repeat(rowBytes);
    return new TableStager<>(
        TableState.of(table),
        (id, row) -> row.setLong(0, id).setString(1, filler + id),
        WriterOptions.builder("s")
            .commitPolicy(CommitPolicy.manual())
            .memoryLimitBytes(limitBytes)
            .blockTimeout(Duration.ZERO)
            .build(),
        null,
        workers);
  }

  @Test
  void pagesThatOutgrowTheirReservationAreMadeGoodBySealing() {
    TableStager<Long> stager = stager(12, 16 << 10, 8L << 20, null);
    for (long id = 0; id < 4_000; id++) {
      stager.append(id);
    }
    assertThat(stager.rowsSinceCut()).isEqualTo(4_000);
    stager.drop();
    assertThat(stager.memoryUsed()).isZero();
  }

  @Test
  void hugeRowsOfManyPartitionsAreMadeGoodBySealing() {
    TableStager<Long> stager = stager(8, 512 << 10, 8L << 20, null);
    for (long id = 0; id < 150; id++) {
      stager.append(id);
    }
    stager.drop();
    assertThat(stager.memoryUsed()).isZero();
  }

  @Test
  void whatIsOnTheWayIsEnoughForTheAppendThatIsRefused() {
    long limit = 4L << 20;
    for (int buckets : new int[] {1, 3, 8, 11}) {
      Deque<Runnable> queue = new ArrayDeque<>();
      TableStager<Long> stager = stager(buckets, 512 << 10, limit, queue::addLast);
      int refused = 0;
      for (long id = 0; id < 100; id++) {
        for (boolean taken = false; !taken; ) {
          try {
            stager.append(id);
            taken = true;
          } catch (BufferFullException full) {
            refused++;
            while (!queue.isEmpty()) {
              queue.pollFirst().run();
            }
            assertThat(stager.memoryUsed() + wanted(full))
                .as("%s buckets, row %s: %s", buckets, id, full.getMessage())
                .isLessThanOrEqualTo(limit);
          }
        }
      }
      assertThat(refused).isPositive();
      stager.drop();
      assertThat(stager.memoryUsed()).isZero();
      catalog.dropTable(NAME);
    }
  }

  private static long wanted(BufferFullException full) {
    Matcher matcher = Pattern.compile("no room for (\\d+) bytes").matcher(full.getMessage());
    assertThat(matcher.find()).as(full.getMessage()).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void anAppendStillFailsWhenNobodySeals() {
    TableStager<Long> stager = stager(7, 1 << 20, 16L << 20, task -> {});
    assertThatThrownBy(
            () -> {
              for (long id = 0; id < 200; id++) {
                stager.append(id);
              }
            })
        .isInstanceOf(BufferFullException.class)
        .hasMessageContaining("bytes are held");
    stager.drop();
    assertThat(stager.memoryUsed()).isZero();
  }
}
