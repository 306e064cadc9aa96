package dev.firn.proofs.engines.spark;

import dev.firn.proofs.engines.Engine;
import dev.firn.proofs.engines.TableFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.jdk.javaapi.CollectionConverters;

/** Spark in this JVM, on the catalog of {@code Firn.openEmbedded}. */
final class SparkEngine implements Engine, AutoCloseable {

  private final SparkSession spark;
  private long skippedFiles;
  private boolean counted;

  SparkEngine(Path directory, boolean cached) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .appName("firn")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.log.level", "ERROR")
            .config("spark.local.dir", directory.resolve("spark-local").toString())
            .config("spark.sql.warehouse.dir", directory.resolve("spark-warehouse").toString())
            .config("spark.sql.shuffle.partitions", "2")
            // The plan that ran is the plan that is asked for its metrics.
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.datetime.java8API.enabled", "true")
            .config("spark.sql.session.timeZone", "UTC")
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
    catalog(directory).forEach(builder::config);
    // If others commit too, each look has to be a fresh one.
    builder.config("spark.sql.catalog.firn.cache-enabled", String.valueOf(cached));
    spark = builder.getOrCreate();
  }

  private static Map<String, String> catalog(Path directory) {
    String firn = "spark.sql.catalog.firn";
    return Map.of(
        firn,
        "org.apache.iceberg.spark.SparkCatalog",
        firn + ".type",
        "jdbc",
        firn + ".uri",
        "jdbc:sqlite:" + directory.resolve("catalog.db") + "?busy_timeout=30000",
        firn + ".jdbc.schema-version",
        "V1",
        firn + ".warehouse",
        "file://" + directory.resolve("warehouse"),
        // Others commit too: each look is a fresh one.
        firn + ".cache-enabled",
        "false");
  }

  /** The rows that a statement returns. */
  List<Row> sql(String statement) {
    return spark.sql(statement).collectAsList();
  }

  @Override
  public List<List<Object>> rows(TableFacts table) {
    return sql("SELECT * FROM " + name(table)).stream().map(SparkEngine::fields).toList();
  }

  @Override
  public List<Long> counts(TableFacts table, List<String> conditions) {
    String query =
        String.join(
            " UNION ALL ",
            IntStream.range(0, conditions.size())
                .mapToObj(
                    i ->
                        "SELECT %d, count(id) FROM %s WHERE %s"
                            .formatted(i, name(table), conditions.get(i)))
                .toList());
    counted = true;
    Dataset<Row> counts = spark.sql(query);
    Long[] answers = new Long[conditions.size()];
    counts.collectAsList().forEach(row -> answers[row.getInt(0)] = row.getLong(1));
    CollectionConverters.asJava(counts.queryExecution().executedPlan().collectLeaves())
        .forEach(scan -> skippedFiles += skipped(scan));
    return List.of(answers);
  }

  private static long skipped(SparkPlan scan) {
    SQLMetric metric = scan.metrics().get("skippedDataFiles").getOrElse(() -> null);
    return metric == null ? 0 : metric.value();
  }

  private static String name(TableFacts table) {
    String name = "firn." + table.table();
    return table.branch().equals("main") ? name : name + " VERSION AS OF '" + table.branch() + "'";
  }

  private static List<Object> fields(Row row) {
    List<Object> fields = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      fields.add(plain(row.get(i)));
    }
    return fields;
  }

  private static Object plain(Object value) {
    if (value instanceof Row row) {
      return fields(row);
    } else if (value instanceof scala.collection.Seq<?> seq) {
      List<Object> elements = new ArrayList<>();
      CollectionConverters.asJava(seq).forEach(element -> elements.add(plain(element)));
      return elements;
    } else if (value instanceof scala.collection.Map<?, ?> map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      CollectionConverters.asJava(map).forEach((k, v) -> entries.put(plain(k), plain(v)));
      return entries;
    }
    return value;
  }

  @Override
  public void close() {
    spark.stop();
    if (counted) {
      System.out.println("spark: files that predicates ruled out: " + skippedFiles);
      if (skippedFiles == 0) {
        throw new AssertionError("No predicate was helped by what is said about files");
      }
    }
  }
}
