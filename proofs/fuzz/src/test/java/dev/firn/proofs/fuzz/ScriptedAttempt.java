package dev.firn.proofs.fuzz;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A mapper that calls whatever setter comes to its mind, in any order, with values of the wrong
 * type, at positions and names that may not exist, and that swallows half of the rejections.
 */
final class ScriptedAttempt implements Attempt {

  private static final int DEPTH = 3;

  private final Script script;
  private final long number;
  private final Types.StructType struct;

  private Object[] given = {};
  private boolean refused;

  /** Nothing is promised after a call that failed otherwise, or through a stale appender. */
  private boolean anything;

  /** An appender that was handed out before, to be used when it is long over. */
  private static final class Stale {
    private @Nullable RowAppender row;
    private @Nullable ListAppender list;
  }

  private final Stale stale = new Stale();

  ScriptedAttempt(Script script, Types.StructType struct, long number) {
    this.script = script;
    this.struct = struct;
    this.number = number;
  }

  @Override
  public boolean isGood() {
    return false;
  }

  @Override
  public @Nullable List<@Nullable Object> expected(Types.StructType type) {
    if (refused) {
      throw new Finding("a row was taken although a setter had refused a value");
    }
    return anything ? null : Taken.struct(struct, new OddValues.Positions(Arrays.asList(given)));
  }

  @Override
  public void write(Mappers mappers, RowAppender row) {
    row.setLong(0, number);
    given = fill(row, struct, DEPTH, 1);
    given[0] = number;
  }

  private @Nullable Object[] fill(
      RowAppender row, Types.StructType type, int depth, int firstPosition) {
    int fields = type.fields().size();
    @Nullable Object[] values = new Object[fields];
    for (int i = script.below(2 * fields + 2); i > 0; i--) {
      if (fields == firstPosition) {
        break;
      }
      int position = firstPosition + script.below(fields - firstPosition);
      if (script.oneIn(40)) {
        outside(row, fields);
        continue;
      }
      if (script.oneIn(60)) {
        useStale();
      }
      Type fieldType = type.fields().get(position).type();
      try {
        values[position] = set(row, position, fieldType, depth);
      } catch (RecordRejectedException e) {
        refused = true;
        swallowOrThrow(e);
      } catch (RuntimeException e) {
        // A null argument, an offset beyond the array: the mapper's own mistake.
        anything = true;
        swallowOrThrow(e);
      }
    }
    return values;
  }

  private void swallowOrThrow(RuntimeException e) {
    if (script.flag()) {
      throw e;
    }
  }

  /** No such column. */
  private void outside(RowAppender row, int fields) {
    try {
      switch (script.below(4)) {
        case 0 -> row.setLong(-1, 1);
        case 1 -> row.setNull(fields);
        case 2 -> row.setObject("no such column", "x");
        default -> row.setString(Integer.MAX_VALUE, "x");
      }
      throw new Finding("a column was set that does not exist");
    } catch (RecordRejectedException e) {
      refused = true;
      swallowOrThrow(e);
    }
  }

  private void useStale() {
    if (stale.row != null && script.flag()) {
      anything = true;
      stale.row.setObject(0, OddValues.draw(script, 1));
    } else if (stale.list != null) {
      anything = true;
      stale.list.addObject(OddValues.draw(script, 1));
    }
  }

  /** Sets one column somehow, and returns what it was given. */
  private @Nullable Object set(RowAppender row, int position, Type type, int depth) {
    if (type.isNestedType() && depth > 0 && !script.oneIn(6)) {
      return nested(row, position, type, depth);
    }
    switch (script.below(16)) {
      case 0 -> {
        row.setNull(position);
        return null;
      }
      case 1 -> {
        boolean value = script.flag();
        row.setBoolean(position, value);
        return value;
      }
      case 2 -> {
        int value = script.number();
        row.setInt(position, value);
        return value;
      }
      case 3 -> {
        long value = script.longNumber() >> script.below(64);
        row.setLong(position, value);
        return value;
      }
      case 4 -> {
        float value = Float.intBitsToFloat(script.number());
        row.setFloat(position, value);
        return value;
      }
      case 5 -> {
        double value = Double.longBitsToDouble(script.longNumber());
        row.setDouble(position, value);
        return value;
      }
      case 6 -> {
        BigDecimal value =
            new BigDecimal(BigInteger.valueOf(script.number()), script.below(12) - 2);
        row.setDecimal(position, value);
        return value;
      }
      case 7 -> {
        long value = script.longNumber() >> script.below(64);
        row.setUnscaledDecimal(position, value);
        if (type instanceof Types.DecimalType decimal) {
          return BigDecimal.valueOf(value, decimal.scale());
        }
        throw Taken.undocumented(type, value);
      }
      case 8 -> {
        String value = OddValues.text(script).toString();
        row.setString(position, script.oneIn(30) ? null : value);
        return value;
      }
      case 9 -> {
        return utf8(row, position);
      }
      case 10 -> {
        return binary(row, position);
      }
      case 11 -> {
        return moment(row, position);
      }
      case 12 -> {
        return begun(row, position, type);
      }
      default -> {
        Object value = OddValues.draw(script, 2);
        row.setObject(position, value);
        return value;
      }
    }
  }

  /** Something nested in a column that may not be. */
  private Object begun(RowAppender row, int position, Type type) {
    Object begun =
        switch (script.below(3)) {
          case 0 -> row.beginStruct(position);
          case 1 -> row.beginList(position);
          default -> row.beginMap(position);
        };
    if (!type.isNestedType()) {
      throw Taken.undocumented(type, begun);
    }
    // It stays empty.
    return begun instanceof RowAppender
        ? new OddValues.Positions(List.of())
        : begun instanceof ListAppender ? List.of() : new Pairs(List.of(), List.of());
  }

  private Object utf8(RowAppender row, int position) {
    byte[] bytes =
        script.flag()
            ? OddValues.text(script).toString().getBytes(StandardCharsets.UTF_8)
            : script.take(script.below(30));
    int offset = script.oneIn(10) ? script.below(5) - 2 : 0;
    int length = script.oneIn(10) ? script.below(9) - 4 : bytes.length;
    row.setUtf8(position, bytes, offset, length);
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new Finding("bytes were taken as a string that are not UTF-8", e);
    }
  }

  private Object binary(RowAppender row, int position) {
    byte[] bytes = script.flag() ? new byte[script.below(40)] : script.take(script.below(40));
    int offset = script.oneIn(8) ? script.below(9) - 4 : 0;
    int length = script.oneIn(8) ? script.below(60) - 20 : bytes.length;
    row.setBinary(position, bytes, offset, length);
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  private Object moment(RowAppender row, int position) {
    long number = script.longNumber() >> script.below(64);
    switch (script.below(5)) {
      case 0 -> {
        UUID value = new UUID(number, ~number);
        row.setUuid(position, value);
        return value;
      }
      case 1 -> {
        LocalDate value = LocalDate.ofEpochDay(number % 365_241_780_000L);
        row.setDate(position, value);
        return value;
      }
      case 2 -> {
        LocalTime value = LocalTime.ofNanoOfDay((number >>> 1) % 86_400_000_000_000L);
        row.setTime(position, value);
        return value;
      }
      case 3 -> {
        Instant value = Instant.ofEpochSecond(number % 31_556_889_864_403_199L, script.number());
        row.setInstant(position, value);
        return value;
      }
      default -> {
        LocalDateTime value =
            LocalDate.ofEpochDay(number % 365_241_780_000L).atTime(script.below(24), 59, 1, 2_000);
        row.setTimestamp(position, value);
        return value;
      }
    }
  }

  private @Nullable Object nested(RowAppender row, int position, Type type, int depth) {
    return switch (type.typeId()) {
      case STRUCT -> {
        RowAppender inner = row.beginStruct(position);
        stale.row = inner;
        yield new OddValues.Positions(
            Arrays.asList(fill(inner, type.asStructType(), depth - 1, 0)));
      }
      case LIST -> {
        ListAppender list = row.beginList(position);
        stale.list = list;
        yield elements(list, type.asListType().elementType(), script.below(4), depth);
      }
      case MAP -> {
        MapAppender map = row.beginMap(position);
        yield entries(map, type.asMapType(), depth);
      }
      default -> {
        // Variants: there is no good value of theirs here.
        row.setNull(position);
        yield null;
      }
    };
  }

  private List<@Nullable Object> elements(ListAppender list, Type type, int count, int depth) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (type.typeId() == Type.TypeID.STRUCT && script.flag()) {
        RowAppender inner = list.addStruct();
        values.add(
            new OddValues.Positions(Arrays.asList(fill(inner, type.asStructType(), depth - 1, 0))));
      } else if (type.typeId() == Type.TypeID.LIST && script.flag() && depth > 0) {
        values.add(
            elements(list.addList(), type.asListType().elementType(), script.below(3), depth - 1));
      } else if (type.typeId() == Type.TypeID.MAP && script.flag() && depth > 0) {
        values.add(entries(list.addMap(), type.asMapType(), depth - 1));
      } else {
        add(list, values);
      }
    }
    return values;
  }

  private void add(ListAppender list, List<@Nullable Object> values) {
    Object value = OddValues.draw(script, 1);
    try {
      list.addObject(value);
      values.add(value);
    } catch (RecordRejectedException e) {
      refused = true;
      swallowOrThrow(e);
    } catch (RuntimeException e) {
      anything = true;
      swallowOrThrow(e);
    }
  }

  /** As many keys as values, mostly; the keys in front or one by one. */
  private Pairs entries(MapAppender map, Types.MapType type, int depth) {
    int count = script.below(4);
    List<@Nullable Object> keys = elements(map.keys(), type.keyType(), count, depth);
    int values = script.oneIn(8) ? script.below(4) : count;
    List<@Nullable Object> mapped = elements(map.values(), type.valueType(), values, depth);
    if (keys.size() != mapped.size()) {
      refused = true;
    }
    return new Pairs(keys, mapped);
  }

  /** A map as its keys and its values: one key may be there twice. */
  record Pairs(List<@Nullable Object> keys, List<@Nullable Object> values) {}
}
