import dev.firn.proofs.engines.Dialect;
import dev.firn.proofs.engines.Engine;
import dev.firn.proofs.engines.EngineRun;
import dev.firn.proofs.engines.TableFacts;
import io.trino.Session;
import io.trino.plugin.iceberg.IcebergPlugin;
import io.trino.spi.type.SqlDate;
import io.trino.spi.type.SqlDecimal;
import io.trino.spi.type.SqlTime;
import io.trino.spi.type.SqlTimestamp;
import io.trino.spi.type.SqlTimestampWithTimeZone;
import io.trino.spi.type.SqlVarbinary;
import io.trino.testing.MaterializedRow;
import io.trino.testing.StandaloneQueryRunner;
import io.trino.testing.TestingSession;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Trino in a process of its own, on Java 25: reads all tables, and ends with 0 if all is well. */
public final class TrinoReads implements Engine {

  /** Types of Iceberg that Trino, or its connector, does not have. */
  private static final Set<String> LACKS = Set.of("fixed", "unknown", "geometry", "geography");

  /** Each condition is a scan, and a query of Trino has a limited number of stages. */
  private static final int CONDITIONS = 12;

  private final Session session =
      TestingSession.testSessionBuilder().setCatalog("firn").setSchema("types").build();
  private final StandaloneQueryRunner runner;

  private TrinoReads(Path directory) {
    runner = new StandaloneQueryRunner(session);
    runner.installPlugin(new IcebergPlugin());
    runner.createCatalog(
        "firn",
        "iceberg",
        Map.of(
            "iceberg.catalog.type", "jdbc",
            "iceberg.jdbc-catalog.driver-class", "org.sqlite.JDBC",
            "iceberg.jdbc-catalog.connection-url",
                "jdbc:sqlite:" + directory.resolve("catalog.db") + "?busy_timeout=30000",
            "iceberg.jdbc-catalog.catalog-name", "firn",
            "iceberg.jdbc-catalog.schema-version", "V1",
            "iceberg.jdbc-catalog.default-warehouse-dir",
                "file://" + directory.resolve("warehouse"),
            "fs.local.enabled", "true",
            "local.location", "/"));
  }

  /** Takes an empty directory. */
  public static void main(String[] args) throws Exception {
    // Trino sends the standard output to its log.
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    int exit = 1;
    try {
      EngineRun run =
          new EngineRun("trino", Dialect.TRINO, LACKS, TrinoReads::new, Path.of(args[0]), out);
      Map<String, List<String>> firns = run.firnsDoing();
      firns.forEach((table, what) -> out.println("trino: FIRN'S DOING, " + table + ": " + what));
      exit = firns.isEmpty() ? 0 : 2;
    } catch (Throwable e) {
      e.printStackTrace(out);
    }
    System.exit(exit); // Trino's threads would stay
  }

  @Override
  public List<List<Object>> rows(TableFacts table) {
    return runner.execute(session, "SELECT * FROM " + name(table)).getMaterializedRows().stream()
        .map(row -> fields(row.getFields()))
        .toList();
  }

  @Override
  public List<Long> counts(TableFacts table, List<String> conditions) {
    Long[] counts = new Long[conditions.size()];
    for (int from = 0; from < counts.length; from += CONDITIONS) {
      List<String> queries = new ArrayList<>();
      for (int i = from; i < Math.min(counts.length, from + CONDITIONS); i++) {
        queries.add(
            "SELECT %d, count(id) FROM %s WHERE %s"
                .formatted(i, name(table), conditions.get(i)));
      }
      runner
          .execute(session, String.join(" UNION ALL ", queries))
          .getMaterializedRows()
          .forEach(row -> counts[(Integer) row.getField(0)] = (Long) row.getField(1));
    }
    return List.of(counts);
  }

  private static String name(TableFacts table) {
    return table.branch().equals("main")
        ? table.table()
        : table.table() + " FOR VERSION AS OF '" + table.branch() + "'";
  }

  private static List<Object> fields(List<?> values) {
    List<Object> fields = new ArrayList<>();
    values.forEach(value -> fields.add(plain(value)));
    return fields;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case null -> null;
      case MaterializedRow row -> fields(row.getFields());
      case List<?> list -> fields(list);
      case Map<?, ?> map -> {
        Map<Object, Object> entries = new LinkedHashMap<>();
        map.forEach((k, v) -> entries.put(plain(k), plain(v)));
        yield entries;
      }
      case SqlDate date -> date.getDays();
      case SqlDecimal decimal -> decimal.toBigDecimal();
      case SqlTime time -> time.getPicos() / 1_000_000;
      case SqlTimestamp timestamp -> timestamp.toLocalDateTime();
      case SqlTimestampWithTimeZone timestamp -> timestamp.toZonedDateTime();
      case SqlVarbinary bytes -> bytes.getBytes();
      default -> value;
    };
  }

  @Override
  public void close() {
    runner.close();
  }
}
