package dev.firn.internal.stream;

import static dev.firn.internal.stream.EventTable.MAPPER;
import static dev.firn.internal.stream.EventTable.ids;
import static dev.firn.internal.stream.EventTable.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.Ownership;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.InvalidTokenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedWriterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private Table table;

  @BeforeEach
  void createTable() {
    catalog.initialize("test", Map.of());
    table = EventTable.create(catalog);
  }

  @AfterEach
  void closeCatalog() throws Exception {
    catalog.dropTable(EventTable.NAME);
    catalog.close();
  }

  private SharedTableWriter<Long> open(WriterOptions.Builder options) {
    return Firn.openSharedWriter(catalog.loadTable(EventTable.NAME), MAPPER, options.build());
  }

  @Test
  void manyThreadsAppendAndEveryRowIsThereOnce() throws Exception {
    int threads = 4;
    int each = 5_000;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (SharedTableWriter<Long> writer =
        open(WriterOptions.builder("s").commitPolicy(CommitPolicy.every(Duration.ofMillis(20))))) {
      List<Future<long[]>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        long first = (long) t * each;
        done.add(
            pool.submit(
                () ->
                    LongStream.range(first, first + each).map(id -> writer.append(id)).toArray()));
      }
      List<Long> sequences = new ArrayList<>();
      for (Future<long[]> numbers : done) {
        LongStream.of(numbers.get()).forEach(sequences::add);
      }
      sequences.sort(null);
      assertThat(sequences)
          .isEqualTo(LongStream.rangeClosed(1, (long) threads * each).boxed().toList());
      assertThat(writer.awaitVisible((long) threads * each, PATIENCE)).isTrue();
    } finally {
      pool.shutdownNow();
    }
    assertThat(ids(table)).isEqualTo(LongStream.range(0, (long) threads * each).boxed().toList());
  }

  @Test
  void flushMakesRowsVisibleAndCloseCommitsTheRest() {
    try (SharedTableWriter<Long> writer = open(manual("s"))) {
      assertThat(writer.append(0L)).isEqualTo(1);
      assertThat(writer.awaitVisible(1, Duration.ofMillis(10))).isFalse();
      assertThat(writer.flush(PATIENCE)).isTrue();
      assertThat(ids(table)).containsExactly(0L);
      assertThat(writer.append(1L)).isEqualTo(2);
    }
    assertThat(ids(table)).containsExactly(0L, 1L);
  }

  @Test
  void numbersGoOnAfterAReopening() {
    try (SharedTableWriter<Long> writer = open(manual("s"))) {
      writer.append(0L);
      writer.append(1L);
    }
    try (SharedTableWriter<Long> writer = open(manual("s"))) {
      assertThat(writer.append(2L)).isEqualTo(3);
    }
    assertThat(ids(table)).containsExactly(0L, 1L, 2L);
  }

  @Test
  void aStreamWithNamedSourcesIsRefused() {
    try (StreamingTableWriter<Long> writer =
        Firn.openWriter(table, MAPPER, manual("named").build())) {
      writer.append(0L);
      writer.mark("topic-0", 1);
      writer.commit();
    }
    assertThatThrownBy(() -> open(manual("named")))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("Use another stream id");
    assertThatThrownBy(() -> open(manual("s").ownership(Ownership.PER_SOURCE)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
