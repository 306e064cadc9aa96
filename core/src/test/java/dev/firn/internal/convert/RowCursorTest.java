package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a row takes and what it refuses, in which words. Over 400 lines because each line of it is a
 * rule of {@link RowAppender}.
 */
class RowCursorTest {

  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  /** One optional column of a type, and a row to set it in. */
  private static final class OneColumn {

    final Schema schema;
    final RowBatch batch;
    final RowCursor cursor;

    OneColumn(Schema schema) {
      this.schema = schema;
      ConversionPlan plan = ConversionPlan.of(schema);
      batch = new RowBatch(plan.shapes());
      cursor = plan.newCursor();
      cursor.attach(batch);
    }

    OneColumn(Type type) {
      this(new Schema(NestedField.optional(1, "col", type)));
    }

    /** What the row holds after {@code setter}. */
    Record row(Consumer<RowAppender> setter) {
      cursor.append("", (record, row) -> setter.accept(row));
      BatchReader.assertWhole(batch);
      List<Record> rows = BatchReader.records(schema, batch);
      return rows.get(rows.size() - 1);
    }

    @Nullable Object value(Consumer<RowAppender> setter) {
      return row(setter).get(0);
    }

    /** The message of the rejection; the batch must be as it was. */
    RecordRejectedException rejection(Consumer<RowAppender> setter) {
      List<Record> before = BatchReader.records(schema, batch);
      try {
        cursor.append("", (record, row) -> setter.accept(row));
      } catch (RecordRejectedException e) {
        BatchReader.assertWhole(batch);
        assertThat(BatchReader.records(schema, batch)).isEqualTo(before);
        return e;
      }
      throw new AssertionError("not rejected: " + BatchReader.records(schema, batch));
    }

    String refusal(Consumer<RowAppender> setter) {
      return String.valueOf(rejection(setter).getMessage());
    }
  }

  private static @Nullable Object value(Type type, Consumer<RowAppender> setter) {
    return new OneColumn(type).value(setter);
  }

  private static String refusal(Type type, Consumer<RowAppender> setter) {
    return new OneColumn(type).refusal(setter);
  }

  // What is taken.

  @Test
  void integersWidenAndNarrowInRange() {
    assertThat(value(Types.IntegerType.get(), row -> row.setInt(0, -5))).isEqualTo(-5);
    assertThat(value(Types.IntegerType.get(), row -> row.setLong(0, -5))).isEqualTo(-5);
    assertThat(value(Types.LongType.get(), row -> row.setInt(0, -5))).isEqualTo(-5L);
    assertThat(value(Types.FloatType.get(), row -> row.setInt(0, 1 << 24))).isEqualTo(16777216f);
    assertThat(value(Types.DoubleType.get(), row -> row.setLong(0, Long.MIN_VALUE)))
        .isEqualTo(-0x1p63);
    assertThat(value(Types.DecimalType.of(4, 2), row -> row.setInt(0, 99)))
        .isEqualTo(new BigDecimal("99.00"));
    assertThat(value(Types.DecimalType.of(38, 19), row -> row.setLong(0, Long.MAX_VALUE)))
        .isEqualTo(BigDecimal.valueOf(Long.MAX_VALUE).setScale(19));
    assertThat(value(Types.DateType.get(), row -> row.setInt(0, -1)))
        .isEqualTo(LocalDate.of(1969, 12, 31));
    assertThat(value(Types.DateType.get(), row -> row.setLong(0, 1)))
        .isEqualTo(LocalDate.of(1970, 1, 2));
    assertThat(value(Types.TimeType.get(), row -> row.setLong(0, 1)))
        .isEqualTo(LocalTime.ofNanoOfDay(1000));
    assertThat(value(Types.TimestampType.withoutZone(), row -> row.setLong(0, 1)))
        .isEqualTo(LocalDateTime.of(1970, 1, 1, 0, 0, 0, 1000));
    assertThat(value(Types.TimestampNanoType.withZone(), row -> row.setLong(0, 1)))
        .isEqualTo(OffsetDateTime.parse("1970-01-01T00:00:00.000000001Z"));
  }

  @Test
  void floatsTakeWhatTheyKeepExactly() {
    assertThat(value(Types.DoubleType.get(), row -> row.setFloat(0, 0.1f)))
        .isEqualTo((double) 0.1f);
    assertThat(value(Types.FloatType.get(), row -> row.setDouble(0, 0.5))).isEqualTo(0.5f);
    assertThat(value(Types.FloatType.get(), row -> row.setDouble(0, Double.NaN)))
        .isEqualTo(Float.NaN);
    assertThat(value(Types.FloatType.get(), row -> row.setDouble(0, Double.NEGATIVE_INFINITY)))
        .isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(refusal(Types.FloatType.get(), row -> row.setDouble(0, 0.1)))
        .isEqualTo(
            "column 'col' (float) cannot hold 0.1 exactly; round it first or widen the column");
    assertThat(refusal(Types.FloatType.get(), row -> row.setDouble(0, 1e300)))
        .contains("1.0E300 exactly");
    assertThat(refusal(Types.FloatType.get(), row -> row.setInt(0, Integer.MAX_VALUE)))
        .contains("2147483647 exactly");
    assertThat(refusal(Types.DoubleType.get(), row -> row.setLong(0, Long.MAX_VALUE)))
        .contains("9223372036854775807 exactly");
  }

  @Test
  void decimalsAreRescaledButNeverRounded() {
    for (Type type :
        List.of(
            Types.DecimalType.of(9, 2), Types.DecimalType.of(18, 2), Types.DecimalType.of(38, 2))) {
      BigDecimal[] same = {
        new BigDecimal("12.3"),
        new BigDecimal("12.30"),
        new BigDecimal("12.3000"),
        new BigDecimal("1.23E+1")
      };
      for (BigDecimal given : same) {
        assertThat(value(type, row -> row.setDecimal(0, given))).isEqualTo(new BigDecimal("12.30"));
      }
      assertThat(value(type, row -> row.setUnscaledDecimal(0, -1234)))
          .isEqualTo(new BigDecimal("-12.34"));
      assertThat(value(type, row -> row.setDecimal(0, new BigDecimal("0E+1000000000"))))
          .isEqualTo(new BigDecimal("0.00"));
      assertThat(refusal(type, row -> row.setDecimal(0, new BigDecimal("1.005"))))
          .isEqualTo(
              "column 'col' ("
                  + type
                  + ") cannot hold 1.005, it has digits beyond scale 2; round it first or widen the"
                  + " column's scale");
      assertThat(refusal(type, row -> row.setDecimal(0, new BigDecimal("1E-1000000000"))))
          .contains("beyond scale 2");
      assertThat(refusal(type, row -> row.setDecimal(0, new BigDecimal("1E+1000000000"))))
          .contains("more than");
    }
    Type wide = Types.DecimalType.of(38, 0);
    BigDecimal highest = new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE));
    assertThat(value(wide, row -> row.setDecimal(0, highest))).isEqualTo(highest);
    assertThat(value(wide, row -> row.setDecimal(0, highest.negate()))).isEqualTo(highest.negate());
    assertThat(value(wide, row -> row.setUnscaledDecimal(0, Long.MIN_VALUE)))
        .isEqualTo(BigDecimal.valueOf(Long.MIN_VALUE));
    assertThat(value(Types.DecimalType.of(18, 0), row -> row.setLong(0, -999_999_999_999_999_999L)))
        .isEqualTo(BigDecimal.valueOf(-999_999_999_999_999_999L));
  }

  @Test
  void decimalsOutOfRangeAreRefused() {
    assertThat(
            refusal(
                Types.DecimalType.of(9, 2), row -> row.setDecimal(0, new BigDecimal("12345678"))))
        .isEqualTo(
            "column 'col' (decimal(9, 2)) cannot hold 12345678, it has more than 7 digits before"
                + " the point; send a smaller value or widen the column's precision");
    assertThat(refusal(Types.DecimalType.of(9, 2), row -> row.setUnscaledDecimal(0, 1_000_000_000)))
        .contains("cannot hold 10000000.00, it has more than 7 digits");
    assertThat(refusal(Types.DecimalType.of(9, 2), row -> row.setInt(0, 10_000_000)))
        .contains("cannot hold 10000000, it has more than 7 digits");
    assertThat(refusal(Types.DecimalType.of(18, 0), row -> row.setLong(0, Long.MIN_VALUE)))
        .contains("cannot hold -9223372036854775808");
    assertThat(refusal(Types.DecimalType.of(18, 4), row -> row.setLong(0, Long.MAX_VALUE)))
        .contains("more than 14 digits");
    assertThat(refusal(Types.DecimalType.of(38, 20), row -> row.setLong(0, Long.MAX_VALUE)))
        .contains("more than 18 digits");
    assertThat(
            refusal(
                Types.DecimalType.of(38, 0),
                row -> row.setDecimal(0, new BigDecimal(BigInteger.TEN.pow(38)))))
        .contains("more than 38 digits");
  }

  @Test
  void stringsAreKeptCharacterByCharacter() {
    Type type = Types.StringType.get();
    for (String text :
        List.of(
            "",
            "plain",
            "äöü",
            "日本語",
            "a😀b",
            "\u0000\u07FF\u0800\uFFFF",
            "x".repeat(5000) + "é")) {
      assertThat(value(type, row -> row.setString(0, text))).isEqualTo(text);
      byte[] utf8 = ("??" + text + "?").getBytes(StandardCharsets.UTF_8);
      assertThat(value(type, row -> row.setUtf8(0, utf8, 2, utf8.length - 3))).isEqualTo(text);
      assertThat(value(type, row -> row.setObject(0, new StringBuilder(text)))).isEqualTo(text);
    }
  }

  @Test
  void halfSurrogatePairsAndBrokenUtf8AreRefused() {
    Type type = Types.StringType.get();
    assertThat(refusal(type, row -> row.setString(0, "ab\uD83D")))
        .startsWith(
            "column 'col' (string) cannot hold 'ab\uD83D', character 2 is half of a surrogate"
                + " pair");
    assertThat(refusal(type, row -> row.setString(0, "\uDE00\uD83D")))
        .contains("character 0 is half");
    assertThat(refusal(type, row -> row.setString(0, "é\uD83Dx"))).contains("character 1 is half");
    int[][] broken = {
      {0x80},
      {0xC0, 0x80},
      {0xC1, 0xBF},
      {0xE0, 0x9F, 0xBF},
      {0xED, 0xA0, 0x80},
      {0xF0, 0x8F, 0xBF, 0xBF},
      {0xF4, 0x90, 0x80, 0x80},
      {0xF5, 0x80, 0x80, 0x80},
      {0xC3},
      {0xE2, 0x82},
      {0xE2, 0x28, 0xA1},
      {0xF0, 0x9F, 0x98, 0x41}
    };
    for (int[] bytes : broken) {
      byte[] text = "0123456789".getBytes(StandardCharsets.UTF_8);
      byte[] all = Arrays.copyOf(text, text.length + bytes.length);
      for (int i = 0; i < bytes.length; i++) {
        all[text.length + i] = (byte) bytes[i];
      }
      assertThat(refusal(type, row -> row.setUtf8(0, all, 0, all.length)))
          .contains("not UTF-8, from byte 10 of " + all.length + " on");
    }
    assertThatThrownBy(() -> value(type, row -> row.setUtf8(0, new byte[3], 2, 2)))
        .hasMessageContaining("the record mapper threw java.lang.IndexOutOfBoundsException");
  }

  @Test
  void bytesAreCopiedAndFixedOnesMustFit() {
    byte[] source = {9, 1, 2, 3, 9};
    OneColumn binary = new OneColumn(Types.BinaryType.get());
    assertThat(binary.value(row -> row.setBinary(0, source, 1, 3)))
        .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    Arrays.fill(source, (byte) 7);
    assertThat(BatchReader.records(binary.schema, binary.batch).get(0).get(0))
        .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(value(Types.GeometryType.crs84(), row -> row.setBinary(0, source)))
        .isEqualTo(ByteBuffer.wrap(source));
    assertThat(
            value(
                Types.GeographyType.crs84(),
                row -> row.setObject(0, ByteBuffer.wrap(source, 1, 2))))
        .isEqualTo(ByteBuffer.wrap(source, 1, 2));
    assertThat(value(Types.FixedType.ofLength(5), row -> row.setBinary(0, source)))
        .isEqualTo(source);
    ByteBuffer direct = ByteBuffer.allocateDirect(5).put(source).flip();
    assertThat(value(Types.FixedType.ofLength(5), row -> row.setObject(0, direct)))
        .isEqualTo(source);
    assertThat(refusal(Types.FixedType.ofLength(4), row -> row.setBinary(0, source)))
        .isEqualTo(
            "column 'col' (fixed[4]) takes exactly 4 bytes but was given 5; pad or cut the value,"
                + " or make the column binary");
    assertThat(refusal(Types.FixedType.ofLength(6), row -> row.setBinary(0, source)))
        .contains("exactly 6 bytes but was given 5");
    assertThat(value(Types.UUIDType.get(), row -> row.setUuid(0, ID))).isEqualTo(ID);
    byte[] idBytes =
        ByteBuffer.allocate(16)
            .putLong(ID.getMostSignificantBits())
            .putLong(ID.getLeastSignificantBits())
            .array();
    assertThat(value(Types.UUIDType.get(), row -> row.setBinary(0, idBytes))).isEqualTo(ID);
    assertThat(refusal(Types.UUIDType.get(), row -> row.setBinary(0, source)))
        .contains("exactly 16 bytes but was given 5");
  }

  @Test
  void timesFinerThanTheColumnAreRefused() {
    LocalTime micro = LocalTime.of(23, 59, 59, 999_999_000);
    assertThat(value(Types.TimeType.get(), row -> row.setTime(0, micro))).isEqualTo(micro);
    assertThat(refusal(Types.TimeType.get(), row -> row.setTime(0, micro.plusNanos(1))))
        .isEqualTo(
            "column 'col' (time) cannot hold 23:59:59.999999001, it has digits finer than a"
                + " microsecond; truncate it first, for example with"
                + " truncatedTo(ChronoUnit.MICROS)");
    assertThat(refusal(Types.TimeType.get(), row -> row.setLong(0, 86_400_000_000L)))
        .contains("its range is 0 to 86399999999");
    LocalDateTime nano = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 1);
    assertThat(value(Types.TimestampNanoType.withoutZone(), row -> row.setTimestamp(0, nano)))
        .isEqualTo(nano);
    assertThat(refusal(Types.TimestampType.withoutZone(), row -> row.setTimestamp(0, nano)))
        .contains("1969-12-31T23:59:59.000000001, it has digits finer than a microsecond");
    Instant instant = Instant.parse("1969-12-31T23:59:59.999999Z");
    assertThat(value(Types.TimestampType.withZone(), row -> row.setInstant(0, instant)))
        .isEqualTo(OffsetDateTime.parse("1969-12-31T23:59:59.999999Z"));
    assertThat(
            refusal(Types.TimestampType.withZone(), row -> row.setInstant(0, instant.plusNanos(7))))
        .contains("digits finer than a microsecond");
  }

  @Test
  void timesAtTheEdgesOfTheirRangeAreExact() {
    for (long units : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE}) {
      Instant micros =
          Instant.ofEpochSecond(
              Math.floorDiv(units, 1_000_000), Math.floorMod(units, 1_000_000) * 1000L);
      OneColumn column = new OneColumn(Types.TimestampType.withZone());
      column.row(row -> row.setInstant(0, micros));
      assertThat(((LongColumn) column.batch.columns().get(0)).values()[0]).isEqualTo(units);
      Instant nanos =
          Instant.ofEpochSecond(
              Math.floorDiv(units, 1_000_000_000), Math.floorMod(units, 1_000_000_000));
      OneColumn nanoColumn = new OneColumn(Types.TimestampNanoType.withZone());
      nanoColumn.row(row -> row.setInstant(0, nanos));
      assertThat(((LongColumn) nanoColumn.batch.columns().get(0)).values()[0]).isEqualTo(units);
      if (units == Long.MAX_VALUE || units == Long.MIN_VALUE) {
        int step = units < 0 ? -1 : 1;
        assertThat(
                refusal(
                    Types.TimestampNanoType.withZone(),
                    row -> row.setInstant(0, nanos.plusNanos(step))))
            .contains(
                "its range is 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z");
        assertThat(
                refusal(
                    Types.TimestampType.withZone(),
                    row -> row.setInstant(0, micros.plusNanos(step * 1000L))))
            .contains("its range is");
      }
    }
    assertThat(
            refusal(
                Types.TimestampType.withZone(),
                row -> row.setInstant(0, Instant.MAX.minusNanos(999))))
        .contains("its range is");
    assertThat(
            refusal(
                Types.TimestampType.withoutZone(), row -> row.setTimestamp(0, LocalDateTime.MIN)))
        .contains("its range is");
    assertThat(refusal(Types.DateType.get(), row -> row.setDate(0, LocalDate.MAX)))
        .contains("its range is -5877641-06-23 to +5881580-07-11");
    assertThat(
            value(
                Types.DateType.get(),
                row -> row.setDate(0, LocalDate.ofEpochDay(Integer.MIN_VALUE))))
        .isEqualTo(LocalDate.ofEpochDay(Integer.MIN_VALUE));
  }

  @Test
  void setObjectTakesWhatGenericsAndTheJdkHave() {
    assertThat(value(Types.BooleanType.get(), row -> row.setObject(0, true))).isEqualTo(true);
    assertThat(value(Types.LongType.get(), row -> row.setObject(0, (byte) 3))).isEqualTo(3L);
    assertThat(value(Types.DoubleType.get(), row -> row.setObject(0, 1.5f))).isEqualTo(1.5);
    assertThat(value(Types.DecimalType.of(9, 1), row -> row.setObject(0, BigInteger.TEN)))
        .isEqualTo(new BigDecimal("10.0"));
    assertThat(
            value(
                Types.TimestampType.withZone(),
                row -> row.setObject(0, Instant.EPOCH.atZone(ZoneId.of("Asia/Tokyo")))))
        .isEqualTo(OffsetDateTime.parse("1970-01-01T00:00Z"));
    assertThat(
            value(
                Types.TimestampType.withZone(),
                row -> row.setObject(0, OffsetDateTime.parse("1970-01-01T02:00+02:00"))))
        .isEqualTo(OffsetDateTime.parse("1970-01-01T00:00Z"));
    assertThat(value(Types.UnknownType.get(), row -> row.setObject(0, null))).isNull();
    assertThat(
            value(
                Types.ListType.ofOptional(2, Types.IntegerType.get()),
                row -> row.setObject(0, new Integer[] {1, null})))
        .isEqualTo(Arrays.asList(1, null));
  }

  // What is refused.

  @Test
  void aWrongJavaTypeIsRefusedWithWhatToSend() {
    assertThat(refusal(Types.IntegerType.get(), row -> row.setString(0, "12")))
        .isEqualTo("column 'col' (int) does not take a String: '12'; send an int");
    assertThat(refusal(Types.StringType.get(), row -> row.setLong(0, 12)))
        .isEqualTo("column 'col' (string) does not take a long: 12; send a String or UTF-8 bytes");
    assertThat(
            refusal(Types.TimestampType.withZone(), row -> row.setTimestamp(0, LocalDateTime.MIN)))
        .contains("send an Instant or OffsetDateTime");
    assertThat(refusal(Types.TimestampType.withoutZone(), row -> row.setInstant(0, Instant.EPOCH)))
        .contains("does not take an Instant: 1970-01-01T00:00:00Z; send a LocalDateTime");
    assertThat(refusal(Types.LongType.get(), row -> row.setObject(0, Thread.State.NEW)))
        .contains("does not take a java.lang.Thread$State: NEW; send a long or an int");
    assertThat(refusal(Types.LongType.get(), row -> row.setDouble(0, 1.0)))
        .contains("does not take a double: 1.0");
    assertThat(refusal(Types.UnknownType.get(), row -> row.setInt(0, 1)))
        .contains("(unknown) does not take an int: 1; send null");
    assertThat(refusal(Types.LongType.get(), RowCursorTest::beginList))
        .contains("does not take a list");
    assertThat(refusal(Types.IntegerType.get(), row -> row.setLong(0, 1L << 31)))
        .isEqualTo(
            "column 'col' (int) cannot hold 2147483648, its range is -2147483648 to 2147483647; "
                + "send a value in range or widen the column");
    Types.ListType list = Types.ListType.ofOptional(2, Types.IntegerType.get());
    assertThat(refusal(list, row -> row.setObject(0, Map.of()))).contains("(list) does not take a");
    assertThat(refusal(list, row -> row.setObject(0, List.of(1, "x"))))
        .contains("column 'col.element' (int) does not take a String: 'x'");
  }

  private static void beginList(RowAppender row) {
    row.beginList(0);
  }

  @Test
  void longValuesAreShortenedInMessages() {
    String message = refusal(Types.IntegerType.get(), row -> row.setString(0, "x".repeat(10_000)));
    assertThat(message).hasSizeLessThan(200).contains("... (10000 characters)");
  }

  @Test
  void requiredFieldsAreCheckedByTheirDottedNames() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(
                2,
                "address",
                Types.StructType.of(
                    NestedField.required(3, "zip", Types.StringType.get()),
                    NestedField.optional(4, "street", Types.StringType.get()))));
    OneColumn row = new OneColumn(schema);
    RecordRejectedException missing = row.rejection(r -> {});
    assertThat(missing.field()).isEqualTo("id");
    assertThat(missing.reason()).isEqualTo("is required, has no write default and was not set");
    assertThat(row.refusal(r -> r.setNull("id")))
        .isEqualTo(
            "column 'id' (long) is required but was null; send a value or make the column"
                + " optional");
    RecordRejectedException nested =
        row.rejection(r -> r.setLong(0, 1).beginStruct("address").setString("street", "x"));
    assertThat(nested.field()).isEqualTo("address.zip");
    assertThat(nested).hasMessageContaining("column 'address.zip' (string) is required");
    assertThat(row.row(r -> r.setLong(0, 1))).hasToString("Record(1, null)");
  }

  @Test
  void unknownNamesAreRejectedWithTheNearOnes() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "customer", Types.StringType.get()),
            NestedField.optional(2, "customers", Types.StringType.get()),
            NestedField.optional(
                3,
                "x",
                Types.StructType.of(NestedField.optional(4, "zip", Types.StringType.get()))));
    OneColumn row = new OneColumn(schema);
    RecordRejectedException unknown = row.rejection(r -> r.setString("Custmer", "x"));
    assertThat(unknown)
        .hasMessage("there is no column 'Custmer'; did you mean 'customer' or 'customers'?");
    assertThat(unknown.field()).isEqualTo("Custmer");
    assertThat(row.refusal(r -> r.setString("quantity", "x")))
        .isEqualTo("there is no column 'quantity'; the columns are customer, customers, x");
    assertThat(row.refusal(r -> r.beginStruct(2).setString("zap", "1")))
        .isEqualTo("there is no column 'x.zap'; did you mean 'zip'?");
    assertThat(row.refusal(r -> r.setString(3, "x")))
        .startsWith("there is no position 3, the positions are 0 to 2;");
    assertThat(row.refusal(r -> r.setLong(-1, 1))).startsWith("there is no position -1");
    // Asking is not setting.
    assertThat(
            row.row(
                r -> {
                  assertThatThrownBy(() -> r.position("nope"))
                      .isInstanceOf(RecordRejectedException.class);
                  r.setString(r.position("customers"), "ok");
                }))
        .hasToString("Record(null, ok, null)");
  }

  @Test
  void aMapperThatThrowsLeavesTheBatchAsItWas() {
    OneColumn row = new OneColumn(NESTED);
    row.row(RowCursorTest::fill);
    for (int steps = 0; steps <= 12; steps++) {
      int last = steps;
      RecordRejectedException failed =
          row.rejection(
              r -> {
                fill(r, last);
                throw new IllegalStateException("step " + last);
              });
      assertThat(failed)
          .hasMessage(
              "the record mapper threw java.lang.IllegalStateException: step "
                  + last
                  + "; repair the record or the mapper")
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(failed.field()).isEmpty();
    }
    row.row(RowCursorTest::fill);
    List<Record> rows = BatchReader.records(NESTED, row.batch);
    assertThat(rows.get(1))
        .isEqualTo(rows.get(0))
        .hasToString("Record(1, Record(a, [1, 2]), [Record(b, [3]), null], {k=[[4], null]}, null)");
  }

  private static final Schema NESTED =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "s", inner(10)),
          NestedField.optional(3, "l", Types.ListType.ofOptional(4, inner(20))),
          NestedField.optional(
              5,
              "m",
              Types.MapType.ofOptional(
                  6,
                  7,
                  Types.StringType.get(),
                  Types.ListType.ofOptional(
                      8, Types.ListType.ofOptional(9, Types.IntegerType.get())))),
          NestedField.optional(30, "unset", Types.StringType.get()));

  private static Types.StructType inner(int id) {
    return Types.StructType.of(
        NestedField.required(id, "t", Types.StringType.get()),
        NestedField.optional(
            id + 1, "n", Types.ListType.ofRequired(id + 2, Types.IntegerType.get())));
  }

  private static void fill(RowAppender row) {
    fill(row, Integer.MAX_VALUE);
  }

  /** The first {@code steps} calls of a row. */
  private static void fill(RowAppender row, int steps) {
    int[] left = {steps};
    Runnable check =
        () -> {
          if (left[0]-- == 0) {
            throw new IllegalStateException("step " + steps);
          }
        };
    check.run();
    row.setLong("id", 1);
    check.run();
    RowAppender struct = row.beginStruct("s").setString("t", "a");
    check.run();
    struct.beginList("n").addInt(1).addInt(2);
    check.run();
    ListAppender list = row.beginList("l");
    check.run();
    RowAppender element = list.addStruct();
    check.run();
    element.setString(0, "b");
    element.beginList(1).addLong(3);
    check.run();
    list.addNull();
    check.run();
    MapAppender map = row.beginMap("m");
    map.keys().addString("k");
    check.run();
    ListAppender lists = map.values().addList();
    check.run();
    lists.addList().addInt(4);
    lists.addNull();
    check.run();
  }

  @Test
  void aSwallowedRejectionRejectsTheRecordAllTheSame() {
    OneColumn row = new OneColumn(Types.IntegerType.get());
    assertThat(
            row.refusal(
                r -> {
                  try {
                    r.setString(0, "twelve");
                  } catch (RecordRejectedException e) {
                    r.setInt(0, 12);
                  }
                }))
        .contains("does not take a String: 'twelve'");
    assertThat(row.value(r -> r.setInt(0, 12))).isEqualTo(12);
  }

  @Test
  void anErrorUndoesTheRowToo() {
    OneColumn row = new OneColumn(Types.IntegerType.get());
    assertThatThrownBy(
            () ->
                row.cursor.append(
                    "",
                    (record, r) -> {
                      r.setInt(0, 1);
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);
    BatchReader.assertWhole(row.batch);
    assertThat(row.batch.rows()).isZero();
  }

  // Setting twice, and appenders kept too long.

  @Test
  void theLastValueWins() {
    OneColumn row = new OneColumn(NESTED);
    Record record =
        row.row(
            r -> {
              fill(r);
              r.setLong(0, 2).setLong(0, 3);
              r.beginStruct(1).setString(0, "z");
              r.setNull(2);
              r.beginMap(3).keys().addString("gone");
              r.setNull(3);
              r.setString(4, "x").setNull(4).setString(4, "y");
            });
    assertThat(record).hasToString("Record(3, Record(z, null), null, null, y)");
    assertThat(
            row.row(
                r -> {
                  r.setNull(2).setLong(0, 1);
                  fill(r);
                }))
        .hasToString("Record(1, Record(a, [1, 2]), [Record(b, [3]), null], {k=[[4], null]}, null)");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 63, 64, 65, 200})
  void whatIsNotSetIsNullInTablesOfAnyWidth(int fields) {
    List<NestedField> columns = new ArrayList<>();
    for (int i = 0; i < fields; i++) {
      columns.add(NestedField.optional(i + 1, "c" + i, Types.LongType.get()));
    }
    OneColumn row = new OneColumn(new Schema(columns));
    for (int stride : List.of(1, 2, 3, 64)) {
      Record record =
          row.row(
              r -> {
                for (int i = fields - 1; i >= 0; i -= stride) {
                  r.setNull(i).setLong(i, i);
                }
              });
      for (int i = 0; i < fields; i++) {
        assertThat(record.get(i)).isEqualTo((fields - 1 - i) % stride == 0 ? (long) i : null);
      }
    }
  }

  @Test
  void aNestedValueMayBeFilledAfterItsNeighbours() {
    OneColumn row = new OneColumn(NESTED);
    assertThat(
            row.row(
                r -> {
                  RowAppender struct = r.beginStruct(1);
                  r.setLong(0, 8);
                  struct.setString(0, "late");
                }))
        .hasToString("Record(8, Record(late, null), null, null, null)");
  }

  @Test
  void appendersThatOutliveTheirValueAreRefused() {
    OneColumn row = new OneColumn(NESTED);
    ListAppender[] kept = new ListAppender[1];
    RowAppender[] struct = new RowAppender[1];
    row.row(
        r -> {
          fill(r);
          kept[0] = r.beginList(2);
          struct[0] = r.beginStruct(1).setString(0, "x");
        });
    assertThatThrownBy(() -> kept[0].addStruct())
        .isInstanceOf(RecordRejectedException.class)
        .hasMessageContaining("column 'l.element' was written to after its value, or the row");
    assertThatThrownBy(() -> struct[0].setString(0, "y"))
        .isInstanceOf(RecordRejectedException.class)
        .hasMessageContaining("column 's' was written to after");
    assertThatThrownBy(() -> row.cursor.setLong(0, 9))
        .hasMessageContaining("the row was written to");
    assertThat(
            row.refusal(
                r -> {
                  r.setLong(0, 1);
                  ListAppender list = r.beginList(2);
                  r.setNull(2);
                  list.addNull();
                }))
        .contains("'l.element' was written to after");
    row.row(RowCursorTest::fill);
  }

  // Lists and maps.

  @Test
  void mapsRefuseNullKeysAndUnequalCounts() {
    Type type = Types.MapType.ofRequired(2, 3, Types.StringType.get(), Types.IntegerType.get());
    Map<String, Integer> withNull = new HashMap<>();
    withNull.put(null, 1);
    assertThat(refusal(type, row -> row.setObject(0, withNull)))
        .isEqualTo(
            "column 'col.key' (string) is required but was null; send a value or make the column"
                + " optional");
    assertThat(refusal(type, row -> row.beginMap(0).keys().addNull())).contains("'col.key'");
    assertThat(refusal(type, row -> row.setObject(0, Collections.singletonMap("a", null))))
        .contains("column 'col.value' (int) is required but was null");
    assertThat(refusal(type, row -> row.beginMap(0).keys().addString("a").addString("b")))
        .isEqualTo("column 'col' (map) got 2 keys but 0 values; add one value for each key");
    assertThat(refusal(type, row -> row.beginMap(0).values().addInt(1)))
        .contains("got 0 keys but 1 values");
    assertThat(value(type, row -> row.beginMap(0))).isEqualTo(Map.of());
  }

  @Test
  void listsRefuseNullsOfRequiredElements() {
    Type type = Types.ListType.ofRequired(2, Types.IntegerType.get());
    assertThat(refusal(type, row -> row.beginList(0).addInt(1).addNull()))
        .contains("column 'col.element' (int) is required but was null");
    assertThat(value(type, row -> row.beginList(0))).isEqualTo(List.of());
  }

  @Test
  void everyElementSetterReachesItsElement() {
    assertThat(elements(Types.BooleanType.get(), list -> list.addBoolean(true)))
        .containsExactly(true);
    assertThat(elements(Types.FloatType.get(), list -> list.addFloat(1).addDouble(2)))
        .containsExactly(1f, 2f);
    assertThat(
            elements(
                Types.DecimalType.of(5, 1),
                list -> list.addDecimal(BigDecimal.ONE).addUnscaledDecimal(25)))
        .containsExactly(new BigDecimal("1.0"), new BigDecimal("2.5"));
    byte[] text = {'a', 'b'};
    assertThat(elements(Types.StringType.get(), list -> list.addString("x").addUtf8(text, 1, 1)))
        .containsExactly("x", "b");
    assertThat(elements(Types.BinaryType.get(), list -> list.addBinary(text).addBinary(text, 0, 1)))
        .containsExactly(ByteBuffer.wrap(text), ByteBuffer.wrap(text, 0, 1));
    assertThat(elements(Types.UUIDType.get(), list -> list.addUuid(ID))).containsExactly(ID);
    assertThat(elements(Types.DateType.get(), list -> list.addDate(LocalDate.EPOCH)))
        .containsExactly(LocalDate.EPOCH);
    assertThat(elements(Types.TimeType.get(), list -> list.addTime(LocalTime.NOON)))
        .containsExactly(LocalTime.NOON);
    LocalDateTime noon = LocalDate.EPOCH.atTime(LocalTime.NOON);
    assertThat(elements(Types.TimestampType.withoutZone(), list -> list.addTimestamp(noon)))
        .containsExactly(noon);
    assertThat(elements(Types.TimestampType.withZone(), list -> list.addInstant(Instant.EPOCH)))
        .containsExactly(OffsetDateTime.parse("1970-01-01T00:00Z"));
    Type map = Types.MapType.ofOptional(5, 6, Types.IntegerType.get(), Types.IntegerType.get());
    assertThat(
            elements(
                map,
                list -> {
                  MapAppender entries = list.addMap();
                  entries.keys().addInt(1);
                  entries.values().addObject(2);
                  list.addMap();
                }))
        .containsExactly(Map.of(1, 2), Map.of());
  }

  @SuppressWarnings("unchecked")
  private static List<@Nullable Object> elements(Type type, Consumer<ListAppender> adder) {
    Object list = value(Types.ListType.ofOptional(2, type), row -> adder.accept(row.beginList(0)));
    return (List<@Nullable Object>) Objects.requireNonNull(list);
  }

  @Test
  void everySetterByNameIsTheOneByPosition() {
    byte[] text = {'a', 'b'};
    assertThat(value(Types.BooleanType.get(), row -> row.setBoolean("col", true))).isEqualTo(true);
    assertThat(value(Types.IntegerType.get(), row -> row.setInt("col", 1))).isEqualTo(1);
    assertThat(value(Types.LongType.get(), row -> row.setLong("col", 1))).isEqualTo(1L);
    assertThat(value(Types.FloatType.get(), row -> row.setFloat("col", 1))).isEqualTo(1f);
    assertThat(value(Types.DoubleType.get(), row -> row.setDouble("col", 1))).isEqualTo(1d);
    assertThat(value(Types.DecimalType.of(3, 0), row -> row.setDecimal("col", BigDecimal.ONE)))
        .isEqualTo(BigDecimal.ONE);
    assertThat(value(Types.DecimalType.of(3, 0), row -> row.setUnscaledDecimal("col", 1)))
        .isEqualTo(BigDecimal.ONE);
    assertThat(value(Types.StringType.get(), row -> row.setString("col", "s"))).isEqualTo("s");
    assertThat(value(Types.StringType.get(), row -> row.setUtf8("col", text, 0, 2)))
        .isEqualTo("ab");
    assertThat(value(Types.BinaryType.get(), row -> row.setBinary("col", text)))
        .isEqualTo(ByteBuffer.wrap(text));
    assertThat(value(Types.BinaryType.get(), row -> row.setBinary("col", text, 1, 1)))
        .isEqualTo(ByteBuffer.wrap(text, 1, 1));
    assertThat(value(Types.UUIDType.get(), row -> row.setUuid("col", ID))).isEqualTo(ID);
    assertThat(value(Types.DateType.get(), row -> row.setDate("col", LocalDate.EPOCH)))
        .isEqualTo(LocalDate.EPOCH);
    assertThat(value(Types.TimeType.get(), row -> row.setTime("col", LocalTime.NOON)))
        .isEqualTo(LocalTime.NOON);
    LocalDateTime noon = LocalDate.EPOCH.atTime(LocalTime.NOON);
    assertThat(value(Types.TimestampType.withoutZone(), row -> row.setTimestamp("col", noon)))
        .isEqualTo(noon);
    assertThat(
            value(Types.TimestampNanoType.withZone(), row -> row.setInstant("col", Instant.EPOCH)))
        .isEqualTo(OffsetDateTime.parse("1970-01-01T00:00Z"));
    assertThat(value(Types.IntegerType.get(), row -> row.setObject("col", 1))).isEqualTo(1);
    assertThat(value(Types.IntegerType.get(), row -> row.setNull("col"))).isNull();
    Types.MapType map =
        Types.MapType.ofOptional(2, 3, Types.IntegerType.get(), Types.IntegerType.get());
    assertThat(value(map, row -> row.beginMap("col"))).isEqualTo(Map.of());
  }

  // Defaults.

  @Test
  void writeDefaultsFillWhatIsNotSetAtEveryDepth() {
    Schema schema =
        new Schema(
            field(1, "i", Types.IntegerType.get(), Literal.of(3)),
            field(2, "d", Types.DateType.get(), Literal.of("2024-02-29").to(Types.DateType.get())),
            field(3, "t", Types.TimeType.get(), Literal.of("12:00:00").to(Types.TimeType.get())),
            field(
                4,
                "ts",
                Types.TimestampNanoType.withZone(),
                Literal.of("2024-01-01T00:00:00+00:00").to(Types.TimestampNanoType.withZone())),
            field(5, "dec", Types.DecimalType.of(30, 2), Literal.of(new BigDecimal("1.50"))),
            field(6, "str", Types.StringType.get(), Literal.of("é")),
            field(7, "id", Types.UUIDType.get(), Literal.of(ID)),
            field(8, "bin", Types.BinaryType.get(), Literal.of(ByteBuffer.wrap(new byte[] {1}))),
            field(9, "fix", Types.FixedType.ofLength(2), Literal.of(new byte[] {1, 2})),
            field(10, "f", Types.FloatType.get(), Literal.of(0.5f)),
            field(11, "b", Types.BooleanType.get(), Literal.of(true)),
            NestedField.optional(
                12,
                "s",
                Types.StructType.of(
                    field(13, "x", Types.LongType.get(), Literal.of(9L)),
                    NestedField.optional(14, "y", Types.LongType.get()))),
            NestedField.optional(
                15,
                "l",
                Types.ListType.ofOptional(
                    16,
                    Types.StructType.of(field(17, "x", Types.LongType.get(), Literal.of(8L))))));
    OneColumn row = new OneColumn(schema);
    Record record =
        row.row(
            r -> {
              r.beginStruct("s");
              r.beginList("l").addStruct();
            });
    assertThat(record.get(0)).isEqualTo(3);
    assertThat(record.get(1)).isEqualTo(LocalDate.of(2024, 2, 29));
    assertThat(record.get(2)).isEqualTo(LocalTime.NOON);
    assertThat(record.get(3)).isEqualTo(OffsetDateTime.parse("2024-01-01T00:00Z"));
    assertThat(record.get(4)).isEqualTo(new BigDecimal("1.50"));
    assertThat(record.get(5)).isEqualTo("é");
    assertThat(record.get(6)).isEqualTo(ID);
    assertThat(record.get(7)).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
    assertThat(record.get(8)).isEqualTo(new byte[] {1, 2});
    assertThat(record.get(9)).isEqualTo(0.5f);
    assertThat(record.get(10)).isEqualTo(true);
    assertThat(record.get(11)).hasToString("Record(9, null)");
    assertThat(record.get(12)).hasToString("[Record(8)]");
    // Set to null is set.
    assertThat(row.value(r -> r.setNull(0))).isNull();
    assertThat(row.row(r -> r.setInt(0, 4)).get(11)).isNull();
  }

  private static NestedField field(int id, String name, Type type, Literal<?> writeDefault) {
    return NestedField.optional(name)
        .withId(id)
        .ofType(type)
        .withWriteDefault(writeDefault)
        .build();
  }

  // The plan.

  @Test
  void whatFirnCannotWriteIsRefusedByName() {
    assertThatThrownBy(
            () ->
                ConversionPlan.of(
                    new Schema(
                        NestedField.optional(
                            1,
                            "a",
                            Types.ListType.ofOptional(
                                2,
                                Types.StructType.of(
                                    NestedField.optional(3, "v", Types.VariantType.get())))))))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("column 'a.element.v' has type variant")
        .extracting(e -> ((UnsupportedTableException) e).subject())
        .isEqualTo("a.element.v");
    assertThatThrownBy(
            () ->
                ConversionPlan.of(new Schema(NestedField.optional(1, "s", Types.StructType.of()))))
        .isInstanceOf(UnsupportedTableException.class)
        .hasMessageContaining("a struct without fields");
  }

  @Test
  void rowsAnswerWithTheirSchema() {
    OneColumn row = new OneColumn(NESTED);
    row.row(
        r -> {
          r.setLong(0, 1);
          assertThat(r.schema().asStruct()).isEqualTo(NESTED.asStruct());
          RowAppender struct = r.beginStruct(1).setString(0, "");
          assertThat(struct.schema().asStruct()).isEqualTo(inner(10));
          assertThat(struct.position("n")).isEqualTo(1);
        });
  }

  @Test
  void aCursorMovesToTheNextBatch() {
    OneColumn row = new OneColumn(NESTED);
    row.row(RowCursorTest::fill);
    RowBatch next = new RowBatch(ConversionPlan.of(NESTED).shapes());
    row.cursor.attach(next);
    row.cursor.append("", (record, r) -> fill(r));
    assertThat(row.batch.rows()).isEqualTo(1);
    assertThat(BatchReader.records(NESTED, next)).isEqualTo(BatchReader.records(NESTED, row.batch));
  }

  @Test
  void aValueThatContainsItselfIsRejectedByItsClass() {
    List<Object> list = new ArrayList<>();
    list.add(Map.of("self", list));
    TestRows rows = TestRows.of(Types.IntegerType.get());
    assertThat(rows.reject(row -> row.setObject(0, list)))
        .hasMessageContaining("does not take a java.util.ArrayList")
        .hasMessageEndingWith("send an int");
    assertThat(rows.reject(row -> row.setObject(0, new Object[] {list})))
        .hasMessageContaining("does not take a [Ljava.lang.Object;");
  }

  @Test
  void anObjectThatIsNoValueIsNotWrittenOut() {
    record Login(String name, String password) {}
    assertThat(refusal(Types.StringType.get(), row -> row.setObject(0, new Login("a", "secret"))))
        .contains("$1Login; send")
        .doesNotContain("secret");
  }

  @Test
  void aNumberOfAMillionDigitsIsRejectedWithoutBeingCountedOrWrittenOut() {
    BigInteger large = BigInteger.ONE.shiftLeft(40_000_000);
    TestRows decimals = TestRows.of(Types.DecimalType.of(9, 2));
    TestRows strings = TestRows.of(Types.StringType.get());
    // Its digits alone take a minute to count.
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThat(decimals.reject(row -> row.setDecimal(0, new BigDecimal(large))))
              .hasMessageContaining("cannot hold a number of 40000001 bits");
          assertThat(decimals.reject(row -> row.setDecimal(0, new BigDecimal(large, 5_000_000))))
              .hasMessageContaining("cannot hold a number of 40000001 bits");
          assertThat(strings.reject(row -> row.setObject(0, large)))
              .hasMessageContaining("does not take a BigDecimal: a number of 40000001 bits");
        });
  }

  @Test
  void anEndlessNameIsRejectedWithoutALongSearchForOneThatIsNear() {
    String endless = "x".repeat(200_000);
    TestRows rows = TestRows.of(NestedField.optional(1, "y".repeat(200_000), Types.LongType.get()));
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThat(rows.reject(row -> row.setLong(endless, 1)).getMessage())
                .contains("there is no column 'xxx")
                .hasSizeLessThan(1_000));
  }
}
