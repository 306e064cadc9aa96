package dev.firn.benchmarks.flink;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.data.FlinkParquetReaders;
import org.apache.iceberg.flink.data.FlinkParquetWriters;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * Writes the same rows again and again, whenever asked to, and says what it has cost.
 *
 * <p>Arguments: a file with the schema as JSON, a file with the writer's properties, and a Parquet
 * file that holds the rows. Answers {@code ready} and the number of rows; then, for each line of
 * input, writes the rows to the file that the line names, and answers with the nanoseconds of the
 * processor, of the clock, and the bytes allocated.
 *
 * <p>Rows are read by Flink's own reader, so they are what a Flink job has at this point: {@code
 * GenericRowData} with strings as bytes.
 */
public final class FlinkRival {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Schema schema;
  private final Map<String, String> properties;
  private final List<RowData> rows;

  private FlinkRival(Schema schema, Map<String, String> properties, List<RowData> rows) {
    this.schema = schema;
    this.properties = properties;
    this.rows = rows;
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    Schema schema = SchemaParser.fromJson(Files.readString(Path.of(args[0])));
    FlinkRival rival =
        new FlinkRival(schema, properties(Path.of(args[1])), rows(schema, Path.of(args[2])));
    System.out.println("ready " + rival.rows.size());
    BufferedReader asked =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String file;
    while ((file = asked.readLine()) != null) {
      System.out.println(rival.round(Path.of(file)));
    }
  }

  private static Map<String, String> properties(Path file) throws IOException {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    }
    Map<String, String> properties = new HashMap<>();
    read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
    return properties;
  }

  private static List<RowData> rows(Schema schema, Path file) throws IOException {
    List<RowData> rows = new ArrayList<>();
    try (CloseableIterable<RowData> read =
        Parquet.read(org.apache.iceberg.Files.localInput(file.toFile()))
            .project(schema)
            .createReaderFunc(type -> FlinkParquetReaders.buildReader(schema, type))
            .build()) {
      read.forEach(rows::add);
    }
    return rows;
  }

  @SuppressWarnings("SystemGc")
  private String round(Path file) throws IOException {
    System.gc();
    long thread = Thread.currentThread().getId();
    long allocated = THREADS.getThreadAllocatedBytes(thread);
    long cpu = THREADS.getCurrentThreadCpuTime();
    long wall = System.nanoTime();
    DataFile written = write(file);
    wall = System.nanoTime() - wall;
    cpu = THREADS.getCurrentThreadCpuTime() - cpu;
    allocated = THREADS.getThreadAllocatedBytes(thread) - allocated;
    if (written.recordCount() != rows.size()) {
      throw new IllegalStateException("wrote " + written.recordCount() + " rows");
    }
    return cpu + " " + wall + " " + allocated;
  }

  private DataFile write(Path file) throws IOException {
    RowType type = FlinkSchemaUtil.convert(schema);
    DataWriter<RowData> writer =
        Parquet.writeData(org.apache.iceberg.Files.localOutput(file.toFile()))
            .schema(schema)
            .setAll(properties)
            .metricsConfig(MetricsConfig.getDefault())
            .withSpec(PartitionSpec.unpartitioned())
            .createWriterFunc(message -> FlinkParquetWriters.buildWriter(type, message))
            .build();
    try (writer) {
      for (RowData row : rows) {
        writer.write(row);
      }
    }
    return writer.toDataFile();
  }
}
