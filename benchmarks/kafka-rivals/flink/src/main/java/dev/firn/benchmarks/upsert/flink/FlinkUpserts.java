package dev.firn.benchmarks.upsert.flink;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.flink.data.FlinkParquetReaders;
import org.apache.iceberg.flink.sink.IcebergSink;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;

/**
 * Upserts rows that are in memory by Iceberg's sink, in a mini-cluster with one slot: nothing is
 * parsed, and rows are handed from operator to operator without copies where Flink allows it. A
 * checkpoint for each commit; the last rows are committed when all are written.
 *
 * <p>Arguments: directory of the catalog, table, key column, a Parquet file with the rows,
 * milliseconds between checkpoints, and how many rows are to warm up. Prints {@code measured}, the
 * rows after those, and the nanoseconds of the process's processor time and of the clock that they
 * took.
 */
public final class FlinkUpserts {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private FlinkUpserts() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    TableLoader loader = loader(args[0], TableIdentifier.parse(args[1]));
    loader.open();
    Table table = loader.loadTable();
    InMemory.rows = rows(table.schema(), Path.of(args[3]));
    InMemory.warmUp = Integer.parseInt(args[5]);
    StreamExecutionEnvironment environment = environment(args[4] + " ms");
    DataStream<RowData> rows =
        environment
            .fromSequence(0, InMemory.rows.size() - 1L)
            .map(new InMemory())
            .returns(InternalTypeInfo.of(FlinkSchemaUtil.convert(table.schema())));
    IcebergSink.forRowData(rows)
        .tableLoader(loader)
        .equalityFieldColumns(List.of(args[2]))
        .upsert(true)
        .append();
    environment.execute();
    System.out.printf(
        "measured %d %d %d%n",
        InMemory.rows.size() - InMemory.warmUp,
        SYSTEM.getProcessCpuTime() - InMemory.cpuNanos,
        System.nanoTime() - InMemory.wallNanos);
  }

  /** The source's rows, by number. All of Flink is in this process, so they need not travel. */
  private static final class InMemory implements MapFunction<Long, RowData> {

    private static final long serialVersionUID = 1;

    static List<RowData> rows = List.of();
    static int warmUp;
    static volatile long cpuNanos;
    static volatile long wallNanos;

    @Override
    public RowData map(Long number) {
      int i = number.intValue();
      if (i == warmUp) {
        cpuNanos = SYSTEM.getProcessCpuTime();
        wallNanos = System.nanoTime();
      }
      return rows.get(i);
    }
  }

  private static List<RowData> rows(Schema schema, Path file) throws IOException {
    List<RowData> rows = new ArrayList<>();
    try (CloseableIterable<RowData> read =
        Parquet.read(Files.localInput(file.toFile()))
            .project(schema)
            .createReaderFunc(type -> FlinkParquetReaders.buildReader(schema, type))
            .build()) {
      read.forEach(rows::add);
    }
    return rows;
  }

  private static StreamExecutionEnvironment environment(String interval) {
    return StreamExecutionEnvironment.getExecutionEnvironment(
        Configuration.fromMap(
            Map.of(
                "execution.checkpointing.interval", interval,
                "parallelism.default", "1",
                "pipeline.object-reuse", "true",
                "restart-strategy.type", "none")));
  }

  private static TableLoader loader(String directory, TableIdentifier table) {
    CatalogLoader catalog =
        CatalogLoader.custom(
            "firn",
            Map.of(
                "uri", "jdbc:sqlite:" + directory + "/catalog.db?busy_timeout=30000",
                "warehouse", directory + "/warehouse",
                "jdbc.schema-version", "V1"),
            new org.apache.hadoop.conf.Configuration(),
            "org.apache.iceberg.jdbc.JdbcCatalog");
    return TableLoader.fromCatalog(catalog, table);
  }
}
