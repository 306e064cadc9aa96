package dev.firn.proofs.engines.flink;

import dev.firn.proofs.engines.Engine;
import dev.firn.proofs.engines.TableFacts;
import java.lang.reflect.Array;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * Flink's batch queries, on one mini-cluster in this JVM; left to itself, Flink would start one for
 * each query.
 */
final class FlinkEngine implements Engine {

  /** Each condition is a source of the job. */
  private static final int CONDITIONS = 40;

  private final MiniCluster cluster;
  private final TableEnvironment flink;

  FlinkEngine(Path directory) throws Exception {
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .setConfiguration(
                    Configuration.fromMap(
                        Map.of("rest.bind-port", "0", "rest.bind-address", "127.0.0.1")))
                .build());
    cluster.start();
    URI rest = cluster.getRestAddress().get();
    flink =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inBatchMode()
                .withConfiguration(
                    Configuration.fromMap(
                        Map.of(
                            "execution.target", "remote",
                            "rest.address", rest.getHost(),
                            "rest.port", String.valueOf(rest.getPort()),
                            "classloader.resolve-order", "parent-first",
                            "parallelism.default", "1")))
                .build());
    flink.getConfig().set("table.local-time-zone", "UTC");
    flink.getConfig().set("table.exec.resource.default-parallelism", "1");
    flink.getConfig().set("table.exec.iceberg.infer-source-parallelism", "false");
    flink.executeSql(
        """
        CREATE CATALOG firn WITH (
          'type' = 'iceberg',
          'catalog-impl' = 'org.apache.iceberg.jdbc.JdbcCatalog',
          'uri' = 'jdbc:sqlite:%s?busy_timeout=30000',
          'jdbc.schema-version' = 'V1',
          'warehouse' = 'file://%s')
        """
            .formatted(directory.resolve("catalog.db"), directory.resolve("warehouse")));
  }

  @Override
  public List<List<Object>> rows(TableFacts table) throws Exception {
    return query("SELECT * FROM " + name(table));
  }

  @Override
  public List<Long> counts(TableFacts table, List<String> conditions) throws Exception {
    Long[] counts = new Long[conditions.size()];
    for (int from = 0; from < counts.length; from += CONDITIONS) {
      List<String> queries = new ArrayList<>();
      for (int i = from; i < Math.min(counts.length, from + CONDITIONS); i++) {
        queries.add(
            "SELECT %d, COUNT(id) FROM %s WHERE %s".formatted(i, name(table), conditions.get(i)));
      }
      for (List<Object> row : query(String.join(" UNION ALL ", queries))) {
        counts[(Integer) row.get(0)] = (Long) row.get(1);
      }
    }
    return List.of(counts);
  }

  private List<List<Object>> query(String sql) throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    try (CloseableIterator<Row> results = flink.executeSql(sql).collect()) {
      results.forEachRemaining(row -> rows.add(fields(row)));
    }
    return rows;
  }

  private static String name(TableFacts table) {
    String[] parts = table.table().split("\\.");
    String name = "firn.`" + parts[0] + "`.`" + parts[1] + "`";
    return table.branch().equals("main")
        ? name
        : name + " /*+ OPTIONS('branch'='" + table.branch() + "') */";
  }

  private static List<Object> fields(Row row) {
    List<Object> fields = new ArrayList<>();
    for (int i = 0; i < row.getArity(); i++) {
      fields.add(plain(row.getField(i)));
    }
    return fields;
  }

  private static Object plain(Object value) {
    if (value instanceof Row row) {
      return fields(row);
    } else if (value != null && value.getClass().isArray() && !(value instanceof byte[])) {
      List<Object> elements = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) { // of primitives too
        elements.add(plain(Array.get(value, i)));
      }
      return elements;
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      map.forEach((k, v) -> entries.put(plain(k), plain(v)));
      return entries;
    }
    return value;
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
