package dev.firn.proofs.engines;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One text for a value, whoever read it and in whatever class of the JDK: days, micros and nanos as
 * digits, floats in hexadecimal (no digit is rounded), bytes in hexadecimal, strings in quotes
 * without control characters, maps in the order of their keys. Texts hold no tab and no line break.
 */
public final class CellText {

  private CellText() {}

  /** The text of {@code value}, which is of {@code type}. Structs come as lists. */
  public static String of(CellType type, Object value) {
    if (value == null) {
      return "null";
    }
    return switch (type.name()) {
      case "boolean" -> value.toString();
      case "uuid" -> value instanceof byte[] bytes ? uuid(bytes).toString() : value.toString();
      case "int", "long" -> String.valueOf(((Number) value).longValue());
      case "float" -> Float.toHexString(((Number) value).floatValue());
      case "double" -> Double.toHexString(((Number) value).doubleValue());
      case "decimal" ->
          new BigDecimal(value.toString())
              .setScale(type.scale(), RoundingMode.UNNECESSARY)
              .toPlainString();
      case "date" -> String.valueOf(day(value));
      case "time" -> String.valueOf(micros(value));
      case "timestamp", "timestamptz" -> String.valueOf(sinceEpoch(value, 1_000_000L));
      case "timestamp_ns", "timestamptz_ns" -> String.valueOf(sinceEpoch(value, 1_000_000_000L));
      case "string" -> quoted(value.toString());
      case "binary", "fixed", "geometry", "geography" ->
          "x" + HexFormat.of().formatHex(bytes(value));
      case "struct" -> struct(type, (List<?>) value);
      case "list" -> list(type, (List<?>) value);
      case "map" -> map(type, (Map<?, ?>) value);
      default -> throw new IllegalArgumentException("No text for " + type + ": " + value);
    };
  }

  private static String struct(CellType type, List<?> fields) {
    if (fields.size() != type.inner().size()) {
      return "a struct of " + fields.size() + " fields: " + fields;
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      texts.add(of(type.inner().get(i), fields.get(i)));
    }
    return "{" + String.join(", ", texts) + "}";
  }

  private static String list(CellType type, List<?> elements) {
    return "["
        + String.join(
            ", ", elements.stream().map(element -> of(type.inner().get(0), element)).toList())
        + "]";
  }

  private static String map(CellType type, Map<?, ?> entries) {
    return "("
        + String.join(
            ", ",
            entries.entrySet().stream()
                .map(
                    entry ->
                        of(type.inner().get(0), entry.getKey())
                            + " = "
                            + of(type.inner().get(1), entry.getValue()))
                .sorted()
                .toList())
        + ")";
  }

  private static long day(Object value) {
    return value instanceof LocalDate date ? date.toEpochDay() : ((Number) value).longValue();
  }

  private static long micros(Object value) {
    return value instanceof LocalTime time
        ? time.toNanoOfDay() / 1000
        : ((Number) value).longValue();
  }

  private static long sinceEpoch(Object value, long unitsPerSecond) {
    if (value instanceof Number units) {
      return units.longValue();
    }
    Instant instant;
    if (value instanceof LocalDateTime local) {
      instant = local.toInstant(ZoneOffset.UTC);
    } else if (value instanceof OffsetDateTime offset) {
      instant = offset.toInstant();
    } else if (value instanceof ZonedDateTime zoned) {
      instant = zoned.toInstant();
    } else {
      instant = (Instant) value;
    }
    long seconds = instant.getEpochSecond();
    long nanos = instant.getNano();
    if (seconds < 0 && nanos > 0) { // the product alone may not fit
      seconds++;
      nanos -= 1_000_000_000L;
    }
    return Math.addExact(
        Math.multiplyExact(seconds, unitsPerSecond), nanos / (1_000_000_000L / unitsPerSecond));
  }

  private static byte[] bytes(Object value) {
    if (value instanceof byte[] array) {
      return array;
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static UUID uuid(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || c < ' ' || (c >= 0x7F && c < 0xA0) || c > 0x2FF) {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }

  /** The string whose text this is. */
  public static String unquoted(String text) {
    StringBuilder value = new StringBuilder();
    for (int i = 1; i < text.length() - 1; i++) {
      if (text.charAt(i) == '\\') {
        value.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        value.append(text.charAt(i));
      }
    }
    return value.toString();
  }
}
