package dev.firn.benchmarks.rows;

import dev.firn.api.record.RecordMapper;
import io.trino.tpch.GenerateUtils;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;

/** {@code lineitem}: the large table of TPC-H, numbers, decimals, dates and free text. */
final class LineItems implements Workload<LineItem> {

  /** Enough for 1.2 million rows. */
  private static final double SCALE = 0.2;

  private static final Types.DecimalType MONEY = Types.DecimalType.of(15, 2);

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "l_orderkey", Types.LongType.get()),
          Types.NestedField.required(2, "l_partkey", Types.LongType.get()),
          Types.NestedField.required(3, "l_suppkey", Types.LongType.get()),
          Types.NestedField.required(4, "l_linenumber", Types.IntegerType.get()),
          Types.NestedField.required(5, "l_quantity", MONEY),
          Types.NestedField.required(6, "l_extendedprice", MONEY),
          Types.NestedField.required(7, "l_discount", MONEY),
          Types.NestedField.required(8, "l_tax", MONEY),
          Types.NestedField.required(9, "l_returnflag", Types.StringType.get()),
          Types.NestedField.required(10, "l_linestatus", Types.StringType.get()),
          Types.NestedField.required(11, "l_shipdate", Types.DateType.get()),
          Types.NestedField.required(12, "l_commitdate", Types.DateType.get()),
          Types.NestedField.required(13, "l_receiptdate", Types.DateType.get()),
          Types.NestedField.required(14, "l_shipinstruct", Types.StringType.get()),
          Types.NestedField.required(15, "l_shipmode", Types.StringType.get()),
          Types.NestedField.required(16, "l_comment", Types.StringType.get()));

  @Override
  public String name() {
    return "lineitem";
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
  public List<LineItem> generate(int count) {
    List<LineItem> rows = new ArrayList<>(count);
    Iterator<LineItem> items = new LineItemGenerator(SCALE, 1, 1).iterator();
    while (rows.size() < count && items.hasNext()) {
      LineItem item = items.next();
      rows.add(
          new LineItem(
              item.getRowNumber(),
              item.getOrderKey(),
              item.getPartKey(),
              item.getSupplierKey(),
              item.getLineNumber(),
              item.getQuantity(),
              item.getExtendedPriceInCents(),
              item.getDiscountPercent(),
              item.getTaxPercent(),
              Values.fresh(item.getReturnFlag()),
              Values.fresh(item.getStatus()),
              GenerateUtils.toEpochDate(item.getShipDate()),
              GenerateUtils.toEpochDate(item.getCommitDate()),
              GenerateUtils.toEpochDate(item.getReceiptDate()),
              Values.fresh(item.getShipInstructions()),
              Values.fresh(item.getShipMode()),
              item.getComment()));
    }
    return rows;
  }

  @Override
  public RecordMapper<LineItem> mapper() {
    return (item, row) ->
        row.setLong(0, item.getOrderKey())
            .setLong(1, item.getPartKey())
            .setLong(2, item.getSupplierKey())
            .setInt(3, item.getLineNumber())
            .setUnscaledDecimal(4, item.getQuantity() * 100)
            .setUnscaledDecimal(5, item.getExtendedPriceInCents())
            .setUnscaledDecimal(6, item.getDiscountPercent())
            .setUnscaledDecimal(7, item.getTaxPercent())
            .setString(8, item.getReturnFlag())
            .setString(9, item.getStatus())
            .setInt(10, item.getShipDate())
            .setInt(11, item.getCommitDate())
            .setInt(12, item.getReceiptDate())
            .setString(13, item.getShipInstructions())
            .setString(14, item.getShipMode())
            .setString(15, item.getComment());
  }

  @Override
  public Record toRecord(LineItem item) {
    Object[] values = {
      item.getOrderKey(),
      item.getPartKey(),
      item.getSupplierKey(),
      item.getLineNumber(),
      BigDecimal.valueOf(item.getQuantity() * 100, 2),
      BigDecimal.valueOf(item.getExtendedPriceInCents(), 2),
      BigDecimal.valueOf(item.getDiscountPercent(), 2),
      BigDecimal.valueOf(item.getTaxPercent(), 2),
      item.getReturnFlag(),
      item.getStatus(),
      LocalDate.ofEpochDay(item.getShipDate()),
      LocalDate.ofEpochDay(item.getCommitDate()),
      LocalDate.ofEpochDay(item.getReceiptDate()),
      item.getShipInstructions(),
      item.getShipMode(),
      item.getComment()
    };
    GenericRecord record = GenericRecord.create(SCHEMA);
    for (int i = 0; i < values.length; i++) {
      record.set(i, values[i]);
    }
    return record;
  }
}
