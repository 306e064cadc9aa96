package dev.firn.benchmarks.kafka.flink;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.catalog.ResolvedSchema;

/**
 * Flink SQL from Kafka to Iceberg in a mini-cluster: {@code INSERT INTO table SELECT * FROM topic},
 * format {@code json}, Iceberg's newer sink, a checkpoint for each commit. Rows are handed from
 * operator to operator without copies, which is faster than Flink's default.
 *
 * <p>Arguments: those of every contender (broker, topic, group, directory of the catalog, table,
 * number of rows, milliseconds between commits, a file that is not used), and the parallelism.
 */
public final class FlinkJob {

  private FlinkJob() {}

  /** Runs until it is killed. */
  public static void main(String[] args) throws Exception {
    StreamTableEnvironment tables = environment(args[6] + " ms", args[8]);
    tables.executeSql(catalog(args[3]));
    String target = "firn." + args[4];
    ResolvedSchema schema = tables.from(target).getResolvedSchema();
    tables.createTemporaryTable(
        "events",
        TableDescriptor.forConnector("kafka")
            .schema(Schema.newBuilder().fromResolvedSchema(schema).build())
            .option("topic", args[1])
            .option("properties.bootstrap.servers", args[0])
            .option("properties.group.id", args[2])
            .option("scan.startup.mode", "earliest-offset")
            .option("format", "json")
            .option("json.timestamp-format.standard", "ISO-8601")
            .build());
    tables.executeSql("INSERT INTO " + target + " SELECT * FROM events").await();
  }

  private static StreamTableEnvironment environment(String interval, String parallelism) {
    Configuration settings =
        Configuration.fromMap(
            Map.of(
                "execution.checkpointing.interval", interval,
                "parallelism.default", parallelism,
                "pipeline.object-reuse", "true",
                "restart-strategy.type", "none",
                "table.exec.iceberg.use-v2-sink", "true",
                "table.local-time-zone", "UTC"));
    return StreamTableEnvironment.create(
        StreamExecutionEnvironment.getExecutionEnvironment(settings));
  }

  private static String catalog(String directory) {
    return """
        CREATE CATALOG firn WITH (
          'type' = 'iceberg',
          'catalog-impl' = 'org.apache.iceberg.jdbc.JdbcCatalog',
          'uri' = 'jdbc:sqlite:%1$s/catalog.db?busy_timeout=30000',
          'warehouse' = '%1$s/warehouse',
          'jdbc.schema-version' = 'V1')
        """
        .formatted(directory);
  }
}
