package dev.firn.benchmarks.upsert;

import com.sun.management.OperatingSystemMXBean;
import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.rows.KeyedReadings;
import dev.firn.benchmarks.rows.KeyedReadings.Latest;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Firn in a process of its own, beside Flink: upserts rows that are in memory, and commits them in
 * the background.
 *
 * <p>Arguments: directory of the catalog, table, seed of the rows, keys to draw from, rows,
 * milliseconds between commits, and how many rows are to warm up. Prints {@code measured}, the rows
 * after those, and the nanoseconds of the process's processor time and of the clock that they took.
 */
public final class FirnUpsertJob {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private FirnUpsertJob() {}

  /** See the class. */
  public static void main(String[] args) {
    KeyedReadings readings = new KeyedReadings();
    int keys = Integer.parseInt(args[3]);
    List<Latest> rows = readings.updates(Long.parseLong(args[2]), keys, Integer.parseInt(args[4]));
    Duration interval = Duration.ofMillis(Long.parseLong(args[5]));
    int warmUp = Integer.parseInt(args[6]);
    WriterOptions options =
        WriterOptions.builder("upsert")
            .upsertBy(KeyedReadings.KEY)
            .commitPolicy(CommitPolicy.every(interval))
            .build();
    long cpu = 0;
    long wall = 0;
    try (JdbcCatalog catalog =
            Firn.openEmbedded(Path.of(args[0]), Map.of("firn.local.sync", "false"));
        StreamingTableWriter<Latest> writer =
            Firn.openWriter(catalog, TableIdentifier.parse(args[1]), readings.mapper(), options)) {
      for (int i = 0; i < rows.size(); i++) {
        if (i == warmUp) {
          cpu = SYSTEM.getProcessCpuTime();
          wall = System.nanoTime();
        }
        writer.upsert(rows.get(i));
        writer.mark(i + 1L);
      }
      writer.commit();
      System.out.printf(
          "measured %d %d %d%n",
          rows.size() - warmUp, SYSTEM.getProcessCpuTime() - cpu, System.nanoTime() - wall);
    }
  }
}
