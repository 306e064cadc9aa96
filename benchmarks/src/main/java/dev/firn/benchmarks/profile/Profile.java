package dev.firn.benchmarks.profile;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.measure.Meter;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;

/**
 * Samples Firn while one thread writes a workload again and again, and prints the cost centres;
 * with {@code --places} also the lines that take most time and allocate most.
 *
 * <pre>
 * java -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints \
 *     -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.profile.Profile iot [record] [--places]
 * </pre>
 *
 * <p>The flight recorder samples Java code and native code (zstd) by two events, and loses samples
 * of the one more often than of the other. So the share of zstd is measured: by the processor time
 * that a table without a codec takes less. The samples say how the rest is divided.
 */
public final class Profile {

  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration MEASURED = Duration.ofSeconds(15);
  private static final int PLACES = 40;
  private static final int ROUNDS = 7;
  private static final String ZSTD = "zstd";

  private Profile() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    List<String> options = Arrays.asList(args);
    Workload<?> workload = Workloads.named(args[0]);
    if (options.contains("record")) {
      records(workload, options.contains("--places"));
    } else {
      typed(workload, options.contains("--places"));
    }
  }

  private static <R> void typed(Workload<R> workload, boolean places) throws Exception {
    print(
        workload.name() + "/typed",
        workload,
        workload.generate(workload.rows()),
        workload.mapper(),
        places);
  }

  private static <R> void records(Workload<R> workload, boolean places) throws Exception {
    print(
        workload.name() + "/record",
        workload,
        workload.generate(workload.rows()).stream().map(workload::toRecord).toList(),
        Firn.recordMapper(),
        places);
  }

  private static <T> void print(
      String name, Workload<?> workload, List<T> rows, RecordMapper<T> mapper, boolean places)
      throws Exception {
    long caller = Thread.currentThread().getId();
    Samples samples = new Samples(CostCentres::of, thread -> thread.getJavaThreadId() == caller);
    double zstd;
    try (Place place = Place.open(Map.of("firn.local.sync", "false"))) {
      Table table = place.newTable(workload.name(), workload.schema(), Map.of());
      write(table, rows, mapper, WARM_UP);
      Table plain =
          place.newTable(
              workload.name() + "_plain",
              workload.schema(),
              Map.of(TableProperties.PARQUET_COMPRESSION, "uncompressed"));
      zstd = zstd(table, plain, rows, mapper);
      samples.record(() -> write(table, rows, mapper, MEASURED));
    }
    System.out.printf(
        Locale.ROOT,
        "# %s: zstd is measured; %d samples, %d of them in zstd, divide the rest%n",
        name,
        samples.count(),
        samples.count(ZSTD));
    Samples.line(name, zstd, ZSTD);
    samples.forget(ZSTD);
    samples.printCentres(name, 100 - zstd);
    if (places) {
      samples.printPlaces(name, 100 - zstd, PLACES);
    }
  }

  private static <T> void write(
      Table table, List<T> rows, RecordMapper<T> mapper, Duration duration) throws IOException {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      write(table, rows, mapper);
      deleteFiles(table);
    }
  }

  private static <T> void write(Table table, List<T> rows, RecordMapper<T> mapper) {
    try (StagingTableWriter<T> writer =
        Firn.openStagingWriter(
            table, mapper, WriterOptions.builder("profile").memoryLimitBytes(1L << 30).build())) {
      for (T row : rows) {
        writer.append(row);
      }
      writer.stage(CommitToken.none(), CommitToken.of(1));
    }
  }

  private static void deleteFiles(Table table) throws IOException {
    for (Path file : Place.dataFiles(table)) {
      Files.delete(file);
    }
  }

  /** Median over some rounds of what the codec takes of the processor time, in percent. */
  private static <T> double zstd(Table table, Table plain, List<T> rows, RecordMapper<T> mapper)
      throws Exception {
    double[] shares = new double[ROUNDS];
    write(plain, rows, mapper);
    deleteFiles(plain);
    for (int i = 0; i < ROUNDS; i++) {
      Meter.settle();
      double with = Meter.of(() -> write(table, rows, mapper)).cpuNanos();
      deleteFiles(table);
      Meter.settle();
      double without = Meter.of(() -> write(plain, rows, mapper)).cpuNanos();
      deleteFiles(plain);
      shares[i] = 100 * (1 - without / with);
    }
    return Duel.median(shares);
  }
}
