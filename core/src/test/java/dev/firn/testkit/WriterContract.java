package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.RecordMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every way of writing must pass, Firn's own and each adapter: a numbered stream is written
 * under random faults of catalog and files, random marks, commits, aborts, crashes (the writer is
 * dropped where it stands, its timer and its requests live on) and reopenings, and in the end every
 * number is in the table once. Memory is back after every close. The seed is printed; {@code
 * -Dfirn.contract.seed=n} repeats it, {@code -Dfirn.contract.rows=n} makes it longer.
 */
public abstract class WriterContract {

  /** One open writer, as the stream sees it. Failures are Firn's own kinds. */
  public interface Road {
    /** Where the stream goes on after opening. */
    long committed();

    /** Takes a number. */
    void append(long id);

    /** All numbers so far are covered up to {@code position}. */
    void mark(long position);

    /** Makes everything marked visible. */
    void commit();

    /** Drops what no commit has begun with; returns where the stream goes on. */
    long abort();

    /** Closes it in order. */
    void close();

    /** Bytes of the memory limit that are taken. */
    long bytesBuffered();
  }

  /** The tables that are written. */
  public enum Shape {
    UNPARTITIONED,
    BUCKETS,
    SORTED,
    SORTED_BUCKETS
  }

  private static final TableIdentifier NAME = TableIdentifier.of("db", "contract");
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "pad", Types.StringType.get()));

  private final long seed = Long.getLong("firn.contract.seed", System.nanoTime() & 0xFFFFFF);
  private final long rows = Long.getLong("firn.contract.rows", 800);
  private final Random random = new Random(seed);
  private long next;
  private long marked;

  /** Opens the way of writing under test. */
  protected abstract Road open(Table table, RecordMapper<Long> mapper, WriterOptions options);

  /** Whether the stream is read again after a crash; if not, nothing crashes and nothing aborts. */
  protected boolean replays() {
    return true;
  }

  private static Table create(MemoryCatalog catalog, Shape shape) {
    boolean buckets = shape == Shape.BUCKETS || shape == Shape.SORTED_BUCKETS;
    boolean sorted = shape == Shape.SORTED || shape == Shape.SORTED_BUCKETS;
    return Firn.createTableIfAbsent(
        catalog,
        NAME,
        SCHEMA,
        buckets
            ? PartitionSpec.builderFor(SCHEMA).bucket("id", 4).build()
            : PartitionSpec.unpartitioned(),
        sorted ? SortOrder.builderFor(SCHEMA).desc("id").build() : SortOrder.unsorted(),
        Map.of());
  }

  /** Every row is about as large as its number says: most are small, a few are huge. */
  private static final RecordMapper<Long> MAPPER =
      (id, row) -> row.setLong(0, id).setString(1, "x".repeat(id % 40 == 7 ? 300_000 : 20));

  @ParameterizedTest
  @EnumSource
  void everyRowIsThereOnceWhateverFails(Shape shape) {
    System.out.printf("%s %s: seed %d%n", getClass().getSimpleName(), shape, seed);
    MemoryCatalog sound = new MemoryCatalog();
    create(sound, shape);
    FaultPlan plan = faults();
    ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      write(new FaultyCatalog(sound, plan), plan, scheduler, pool);
    } finally {
      scheduler.shutdownNow();
      pool.shutdownNow();
      plan.active(false);
    }
    while (plan.delayed() > 0) {
      plan.deliver(0);
    }
    Table table = sound.loadTable(NAME);
    List<Long> ids =
        StreamSupport.stream(IcebergGenerics.read(table).build().spliterator(), false)
            .map(row -> (Long) row.get(0))
            .sorted()
            .toList();
    assertThat(ids).as("seed %d", seed).isEqualTo(LongStream.range(0, rows).boxed().toList());
    System.out.printf("%s %s: %s%n", getClass().getSimpleName(), shape, plan.effects());
  }

  private FaultPlan faults() {
    FaultPlan plan = FaultPlan.seeded(seed).slowness(Duration.ofMillis(1));
    for (Fault fault : Fault.values()) {
      if (fault.appliesTo(Call.COMMIT) && !fault.name().startsWith("DIED")) {
        plan.rate(fault, 0.03);
      }
    }
    for (Fault fault : List.of(Fault.REFRESH_FAILS, Fault.STALE_READ)) {
      plan.rate(fault, 0.03);
    }
    for (Fault fault :
        List.of(
            Fault.CREATE_FAILS,
            Fault.WRITE_FAILS,
            Fault.CLOSE_FAILS,
            Fault.READ_FAILS,
            Fault.DELETE_FAILS,
            Fault.SLOW_FILE)) {
      plan.rate(fault, 0.02);
    }
    return plan;
  }

  private void write(
      FaultyCatalog catalog,
      FaultPlan plan,
      ScheduledExecutorService scheduler,
      ExecutorService pool) {
    @Nullable Road road = null;
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    next = 0;
    while (road == null || road.committed() < rows) {
      assertThat(System.nanoTime()).as("stuck; seed %d", seed).isLessThan(deadline);
      try {
        if (road == null) {
          road = open(catalog.loadTable(NAME), MAPPER, options(scheduler, pool));
          next = replays() ? road.committed() : next;
          marked = next;
        }
        road = step(road, plan);
      } catch (StorageException | BufferFullException e) {
        // Call again: nothing is lost.
      } catch (CommitUnknownException e) {
        road = replays() ? null : road;
      } catch (FirnException e) {
        if (!replays()) {
          throw e;
        }
        road = null; // reopen and replay, without a close
      } catch (org.apache.iceberg.exceptions.ServiceUnavailableException e) {
        // The table could not be loaded.
      }
    }
    close(road);
  }

  private WriterOptions options(ScheduledExecutorService scheduler, ExecutorService pool) {
    WriterOptions.Builder options =
        WriterOptions.builder("contract")
            .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
            .blockTimeout(Duration.ofSeconds(2))
            .commitTimeout(Duration.ofSeconds(2))
            .closeTimeout(Duration.ofSeconds(20))
            .maxCommitsInFlight(1 + random.nextInt(3))
            .scheduler(scheduler)
            .commitPolicy(
                random.nextBoolean()
                    ? CommitPolicy.manual()
                    : CommitPolicy.every(Duration.ofMillis(20)).orAfterRows(200));
    if (random.nextBoolean()) {
      options.targetFileBytes(4_000);
    }
    return options.executor(random.nextInt(3) == 0 ? Runnable::run : pool).build();
  }

  /** One thing that happens; returns the writer that is open afterwards. */
  private @Nullable Road step(Road road, FaultPlan plan) {
    int what = random.nextInt(100);
    if (plan.delayed() > 0 && random.nextInt(4) == 0) {
      plan.deliver(random.nextInt(plan.delayed()));
    }
    if (what < 70) {
      long end = Math.min(rows, next + 1 + random.nextInt(60));
      while (next < end) {
        road.append(next);
        next++;
      }
    } else if (what < 80) {
      mark(road);
    } else if (what < 90 || next == rows) {
      mark(road);
      road.commit();
    } else if (what < 94 && replays()) {
      next = road.abort();
      marked = next;
    } else if (what < 97 && replays()) {
      return null;
    } else {
      if (!replays()) {
        road.commit();
      }
      close(road);
      return null;
    }
    return road;
  }

  private void mark(Road road) {
    if (marked < next) {
      road.mark(next);
      marked = next;
    }
  }

  private void close(Road road) {
    road.close();
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (road.bytesBuffered() != 0) { // a write that was under way ends behind the close
      assertThat(System.nanoTime()).as("memory is not back; seed %d", seed).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
