package dev.firn.examples;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/** Java records need no mapper: components go to the columns of their names. */
public final class JavaRecords {

  /** The component placedAt goes to the column placed_at. */
  record Order(long orderId, String customer, BigDecimal total, Instant placedAt) {}

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "order_id", Types.LongType.get()),
          Types.NestedField.required(2, "customer", Types.StringType.get()),
          Types.NestedField.required(3, "total", Types.DecimalType.of(12, 2)),
          Types.NestedField.required(4, "placed_at", Types.TimestampType.withZone()));

  private static final List<Order> ORDERS =
      List.of(
          new Order(1, "Ada", new BigDecimal("19.90"), Instant.parse("2018-02-01T08:00:00Z")),
          new Order(2, "Grace", new BigDecimal("7"), Instant.parse("2018-02-01T08:00:01.5Z")),
          new Order(3, "Zoë", new BigDecimal("1250.05"), Instant.parse("2018-02-02T23:59:59Z")));

  private JavaRecords() {}

  /** Takes the directory of the tables; {@code target/java-records} if there is none. */
  public static void main(String[] args) throws IOException {
    run(Path.of(args.length > 0 ? args[0] : "target/java-records"), System.out);
  }

  static void run(Path directory, PrintStream out) throws IOException {
    WriterOptions options = WriterOptions.builder("orders").build();
    try (JdbcCatalog catalog = Firn.openEmbedded(directory)) {
      TableIdentifier name = TableIdentifier.of("demo", "orders");
      Table table = Firn.createTableIfAbsent(catalog, name, SCHEMA);
      try (StreamingTableWriter<Order> writer =
          Firn.openWriter(table, Firn.javaRecordMapper(Order.class), options)) {
        long start = writer.committed().position().orElse(0);
        for (Order order : ORDERS.subList((int) start, ORDERS.size())) {
          writer.append(order);
          writer.mark(order.orderId());
        }
        CommitResult result = writer.commit();
        out.printf("%s: %d rows%n", result.outcome(), result.rows());
      }
      ReaderView.rows(table).forEach(out::println);
    }
  }
}
