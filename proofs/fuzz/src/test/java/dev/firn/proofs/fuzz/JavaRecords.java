package dev.firn.proofs.fuzz;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import dev.firn.testkit.MemoryCatalog;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Java records whose components hold what the compiler lets them: nulls and extremes, nested too.
 */
final class JavaRecords implements Target {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");
  private static final int MOST_RECORDS = 12;

  record Inner(int number, @Nullable Optional<String> text) {}

  record Odd(
      long n,
      @Nullable Long whole,
      @Nullable BigDecimal price,
      @Nullable BigDecimal wide,
      @Nullable LocalDate day,
      @Nullable Instant placedAt,
      @Nullable TimeUnit unit,
      byte @Nullable [] code,
      @Nullable CharSequence text,
      @Nullable Inner inner,
      @Nullable List<@Nullable Inner> inners,
      @Nullable Map<@Nullable String, @Nullable Inner> byName) {}

  private static Types.StructType inner(int id) {
    return Types.StructType.of(
        NestedField.required(id, "number", Types.IntegerType.get()),
        NestedField.optional(id + 1, "text", Types.StringType.get()));
  }

  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "n", Types.LongType.get()),
          NestedField.optional(2, "whole", Types.IntegerType.get()),
          NestedField.optional(3, "price", Types.DecimalType.of(9, 2)),
          NestedField.optional(4, "wide", Types.DecimalType.of(38, 10)),
          NestedField.optional(5, "day", Types.DateType.get()),
          NestedField.optional(6, "placed_at", Types.TimestampType.withZone()),
          NestedField.required(7, "unit", Types.StringType.get()),
          NestedField.optional(8, "code", Types.FixedType.ofLength(16)),
          NestedField.optional(9, "text", Types.StringType.get()),
          NestedField.optional(10, "inner", inner(20)),
          NestedField.optional(11, "inners", Types.ListType.ofRequired(12, inner(30))),
          NestedField.optional(
              13, "by_name", Types.MapType.ofOptional(14, 15, Types.StringType.get(), inner(40))));

  @Override
  public String name() {
    return "java-records";
  }

  @Override
  public List<byte[]> seeds() {
    return Script.seeds(30, 10);
  }

  @Override
  public long allowedBytes(byte[] input) {
    return Road.allowedBytes(input);
  }

  @Override
  public void run(byte[] input) {
    Script script = new Script(input);
    Table table = new MemoryCatalog().buildTable(NAME, SCHEMA).create();
    WriterOptions options = WriterOptions.builder("s").build();
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < MOST_RECORDS && !script.isOver(); i++) {
      attempts.add(new OfOdd(draw(script, i), false));
    }
    Odd good =
        new Odd(
            99, null, null, null, null, null, TimeUnit.DAYS, null, "good", null, null, Map.of());
    attempts.add(new OfOdd(good, true));
    Road.travel(
        table,
        options,
        CommitToken.of(1),
        Firn.openStagingWriter(table, new Mapper(), options),
        attempts);
  }

  private static Odd draw(Script script, int number) {
    return new Odd(
        number,
        script.oneIn(5) ? null : script.longNumber() >> script.below(64),
        decimal(script),
        decimal(script),
        drawn(LocalDate.class, script),
        drawn(Instant.class, script),
        script.oneIn(5) ? null : TimeUnit.values()[script.below(7)],
        script.flag() ? null : new byte[script.oneIn(4) ? 15 : 16],
        script.oneIn(5) ? null : OddValues.text(script),
        inner(script),
        inners(script),
        byName(script));
  }

  private static @Nullable BigDecimal decimal(Script script) {
    return script.flag()
        ? drawn(BigDecimal.class, script)
        : new BigDecimal(BigInteger.valueOf(script.number()), script.below(12) - 2);
  }

  private static @Nullable Inner inner(Script script) {
    return switch (script.below(4)) {
      case 0 -> null;
      case 1 -> new Inner(script.number(), null);
      case 2 -> new Inner(script.number(), Optional.empty());
      default -> new Inner(script.number(), Optional.of(OddValues.text(script).toString()));
    };
  }

  private static @Nullable List<@Nullable Inner> inners(Script script) {
    List<@Nullable Inner> inners = new ArrayList<>();
    for (int i = script.below(4); i > 0; i--) {
      inners.add(inner(script));
    }
    return script.oneIn(4) ? null : inners;
  }

  private static @Nullable Map<@Nullable String, @Nullable Inner> byName(Script script) {
    Map<@Nullable String, @Nullable Inner> map = new LinkedHashMap<>();
    for (int i = script.below(4); i > 0; i--) {
      map.put(script.oneIn(10) ? null : OddValues.text(script).toString(), inner(script));
    }
    return script.oneIn(4) ? null : map;
  }

  /** A value of this class, if one of a few draws is. */
  private static <T> @Nullable T drawn(Class<T> type, Script script) {
    for (int i = 0; i < 8; i++) {
      Object value = OddValues.draw(script, 0);
      if (type.isInstance(value)) {
        return type.cast(value);
      }
    }
    return null;
  }

  private record OfOdd(Odd odd, boolean isGood) implements Attempt {

    @Override
    public void write(Mappers mappers, RowAppender row) {
      throw new UnsupportedOperationException("has a mapper of its own");
    }

    @Override
    public List<@Nullable Object> expected(Types.StructType struct) {
      return Taken.struct(
          struct,
          positions(
              odd.n,
              odd.whole,
              odd.price,
              odd.wide,
              odd.day,
              odd.placedAt,
              odd.unit == null ? null : odd.unit.name(),
              odd.code,
              odd.text,
              ofInner(odd.inner),
              odd.inners == null ? null : odd.inners.stream().map(OfOdd::ofInner).toList(),
              odd.byName == null ? null : ofMap(odd.byName)));
    }

    private static OddValues.Positions positions(@Nullable Object... values) {
      return new OddValues.Positions(Arrays.asList(values));
    }

    private static @Nullable Object ofInner(@Nullable Inner inner) {
      return inner == null
          ? null
          : positions(inner.number, inner.text == null ? null : inner.text.orElse(null));
    }

    private static Object ofMap(Map<@Nullable String, @Nullable Inner> map) {
      Map<@Nullable Object, @Nullable Object> result = new LinkedHashMap<>();
      map.forEach((key, inner) -> result.put(key, ofInner(inner)));
      return result;
    }
  }

  private static final class Mapper implements RecordMapper<Attempt> {

    private final RecordMapper<Odd> mapper = Firn.javaRecordMapper(Odd.class);

    @Override
    public void bind(Schema schema) {
      mapper.bind(schema);
    }

    @Override
    public void map(Attempt attempt, RowAppender row) {
      mapper.map(((OfOdd) attempt).odd(), row);
    }
  }
}
