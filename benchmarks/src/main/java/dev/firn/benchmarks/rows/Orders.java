package dev.firn.benchmarks.rows;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** {@code nested}: orders with an address and a list of items. */
final class Orders implements Workload<Orders.Order> {

  /** An order. */
  record Order(
      long id,
      long customer,
      long micros,
      String status,
      long totalCents,
      Address address,
      List<Item> items) {}

  /** Where it goes. */
  record Address(String street, String city, String zip, String country) {}

  /** What was bought. */
  record Item(String sku, int quantity, long priceCents, @Nullable Double discount) {}

  private static final Types.StructType ADDRESS =
      Types.StructType.of(
          Types.NestedField.required(8, "street", Types.StringType.get()),
          Types.NestedField.required(9, "city", Types.StringType.get()),
          Types.NestedField.optional(10, "zip", Types.StringType.get()),
          Types.NestedField.required(11, "country", Types.StringType.get()));

  private static final Types.StructType ITEM =
      Types.StructType.of(
          Types.NestedField.required(13, "sku", Types.StringType.get()),
          Types.NestedField.required(14, "quantity", Types.IntegerType.get()),
          Types.NestedField.required(15, "price", Types.DecimalType.of(10, 2)),
          Types.NestedField.optional(16, "discount", Types.DoubleType.get()));

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "order_id", Types.LongType.get()),
          Types.NestedField.required(2, "customer_id", Types.LongType.get()),
          Types.NestedField.required(3, "placed_at", Types.TimestampType.withZone()),
          Types.NestedField.required(4, "status", Types.StringType.get()),
          Types.NestedField.required(5, "total", Types.DecimalType.of(12, 2)),
          Types.NestedField.optional(6, "address", ADDRESS),
          Types.NestedField.optional(7, "items", Types.ListType.ofRequired(12, ITEM)));

  private static final String[] STATUS = {"paid", "shipped", "delivered", "returned", "cancelled"};

  @Override
  public String name() {
    return "nested";
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public int rows() {
    return 1_000_000;
  }

  @Override
  public List<Order> generate(int count) {
    Values values = new Values(3);
    String[] skus = Values.words(values, "SKU-", 20_000, 8);
    String[] cities = Values.words(values, "", 2_000, 9);
    String[] countries = Values.words(values, "", 60, 2);
    List<Order> rows = new ArrayList<>(count);
    long micros = 1_700_000_000_000_000L;
    for (int i = 0; i < count; i++) {
      micros += values.below(30_000);
      List<Item> items = new ArrayList<>();
      long total = 0;
      for (int left = 1 + values.skewed(6); left > 0; left--) {
        int quantity = 1 + values.skewed(5);
        long price = 99 + 100L * values.skewed(300);
        total += quantity * price;
        items.add(
            new Item(
                values.oneOf(skus),
                quantity,
                price,
                values.chance(0.8) ? null : (Double) (values.below(50) / 100.0)));
      }
      rows.add(
          new Order(
              10_000_000L + i,
              values.skewed(500_000),
              micros,
              values.oneOf(STATUS),
              total,
              new Address(
                  values.below(999) + " " + values.letters(10) + " street",
                  values.oneOf(cities),
                  Integer.toString(10_000 + values.below(80_000)),
                  values.oneOf(countries)),
              items));
    }
    return rows;
  }

  @Override
  public RecordMapper<Order> mapper() {
    return (order, row) -> {
      row.setLong(0, order.id)
          .setLong(1, order.customer)
          .setLong(2, order.micros)
          .setString(3, order.status)
          .setUnscaledDecimal(4, order.totalCents);
      Address address = order.address;
      row.beginStruct(5)
          .setString(0, address.street)
          .setString(1, address.city)
          .setString(2, address.zip)
          .setString(3, address.country);
      ListAppender items = row.beginList(6);
      for (Item item : order.items) {
        RowAppender added = items.addStruct();
        added
            .setString(0, item.sku)
            .setInt(1, item.quantity)
            .setUnscaledDecimal(2, item.priceCents);
        if (item.discount != null) {
          added.setDouble(3, item.discount);
        }
      }
    };
  }

  @Override
  public Record toRecord(Order order) {
    GenericRecord address = GenericRecord.create(ADDRESS);
    address.set(0, order.address.street);
    address.set(1, order.address.city);
    address.set(2, order.address.zip);
    address.set(3, order.address.country);
    List<Record> items = new ArrayList<>(order.items.size());
    for (Item item : order.items) {
      GenericRecord added = GenericRecord.create(ITEM);
      added.set(0, item.sku);
      added.set(1, item.quantity);
      added.set(2, BigDecimal.valueOf(item.priceCents, 2));
      added.set(3, item.discount);
      items.add(added);
    }
    GenericRecord record = GenericRecord.create(SCHEMA);
    record.set(0, order.id);
    record.set(1, order.customer);
    record.set(2, Values.instant(order.micros));
    record.set(3, order.status);
    record.set(4, BigDecimal.valueOf(order.totalCents, 2));
    record.set(5, address);
    record.set(6, items);
    return record;
  }
}
