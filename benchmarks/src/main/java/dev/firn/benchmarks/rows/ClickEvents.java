package dev.firn.benchmarks.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** {@code wide}: the clicks of {@code wide} and fifteen more fields, about 900 bytes of JSON. */
final class ClickEvents implements EventShape {

  private static final Clickstream CLICKS = new Clickstream();

  private static final List<Types.NestedField> MORE =
      List.of(
          Types.NestedField.optional(26, "region", Types.StringType.get()),
          Types.NestedField.optional(27, "language", Types.StringType.get()),
          Types.NestedField.optional(28, "time_zone", Types.StringType.get()),
          Types.NestedField.optional(29, "page_title", Types.StringType.get()),
          Types.NestedField.optional(30, "page_type", Types.StringType.get()),
          Types.NestedField.optional(31, "utm_source", Types.StringType.get()),
          Types.NestedField.optional(32, "utm_medium", Types.StringType.get()),
          Types.NestedField.required(33, "viewport_width", Types.IntegerType.get()),
          Types.NestedField.required(34, "viewport_height", Types.IntegerType.get()),
          Types.NestedField.optional(35, "load_ms", Types.LongType.get()),
          Types.NestedField.optional(36, "product_id", Types.LongType.get()),
          Types.NestedField.optional(37, "price", Types.DoubleType.get()),
          Types.NestedField.optional(38, "quantity", Types.IntegerType.get()),
          Types.NestedField.required(39, "consent", Types.BooleanType.get()),
          Types.NestedField.optional(40, "app_version", Types.StringType.get()));

  private static final Schema SCHEMA = schemaOfBoth();

  private static final String[] PAGE_TYPES = {"product", "category", "home", "cart", "account"};
  private static final String[] SOURCES = {"search", "newsletter", "partner", "social", "video"};
  private static final String[] MEDIA = {"cpc", "organic", "email", "referral"};
  private static final double CENTS = 100.0;
  private static final int WIDTH_COLUMN = 15;

  private static Schema schemaOfBoth() {
    List<Types.NestedField> columns = new ArrayList<>(CLICKS.schema().columns());
    columns.addAll(MORE);
    return new Schema(columns);
  }

  @Override
  public String name() {
    return "wide";
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public int rows() {
    return 4_000_000;
  }

  @Override
  public int keyColumn() {
    return 2;
  }

  @Override
  public int timeColumn() {
    return 4;
  }

  @Override
  public Source open() {
    Clickstream.Events clicks = new Clickstream.Events();
    More more = new More();
    return () -> {
      Clickstream.Click click = clicks.next();
      Object[] first = Clickstream.values(click);
      first[4] = Values.millis(click.eventTime());
      first[5] = Values.millis(click.receivedTime());
      Object[] values = Arrays.copyOf(first, SCHEMA.columns().size());
      more.set(values, first.length);
      return values;
    };
  }

  /** The fields that the table {@code wide} of the other benchmarks does not have. */
  private static final class More {

    private final Values values = new Values(4);
    private final String[] regions = Values.words(values, "", 60, 6);
    private final String[] languages = Values.words(values, "", 40, 5);
    private final String[] zones = Values.words(values, "Area/", 80, 8);
    private final String[] titles = Values.words(values, "Our best ", 20_000, 22);
    private final String[] versions = Values.words(values, "7.", 30, 4);

    void set(Object[] row, int from) {
      int at = from;
      int width = (Integer) row[WIDTH_COLUMN];
      boolean product = values.chance(0.4);
      boolean bought = product && values.chance(0.1);
      row[at++] = values.oneOf(regions);
      row[at++] = values.oneOf(languages);
      row[at++] = values.oneOf(zones);
      row[at++] = values.oneOf(titles);
      row[at++] = values.oneOf(PAGE_TYPES);
      row[at++] = sometimes(0.3, SOURCES);
      row[at++] = sometimes(0.3, MEDIA);
      row[at++] = width - values.below(20);
      row[at++] = 600 + values.below(400);
      row[at++] = values.chance(0.8) ? (Long) (long) values.skewed(9_000) : null;
      row[at++] = product ? (Long) (long) values.skewed(500_000) : null;
      row[at++] = product ? (Double) (values.skewed(90_000) / CENTS) : null;
      row[at++] = bought ? (Integer) (1 + values.skewed(5)) : null;
      row[at++] = values.chance(0.8);
      row[at] = values.oneOf(versions);
    }

    private @Nullable String sometimes(double probability, String[] choices) {
      return values.chance(probability) ? values.oneOf(choices) : null;
    }
  }
}
