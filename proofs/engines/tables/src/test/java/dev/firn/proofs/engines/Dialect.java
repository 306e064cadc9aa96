package dev.firn.proofs.engines;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How an engine writes names and literals. */
public enum Dialect {
  SPARK,
  TRINO,
  FLINK;

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter NANOS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS").withZone(ZoneOffset.UTC);

  /**
   * Whether the engine can be asked for columns of this type. Iceberg's connector for Flink fails
   * on arrays, maps and rows in a condition, whoever wrote the file.
   */
  public boolean asks(CellType type) {
    return this != FLINK || type.isPrimitive();
  }

  /** A name as it stands in a query. */
  public String quoted(String name) {
    return this == TRINO ? "\"" + name + "\"" : "`" + name + "`";
  }

  /** A literal of a type, from the text of its value. */
  public String literal(CellType type, String text) {
    return switch (type.name()) {
      case "boolean" -> text;
      case "int" -> cast(text, this == TRINO ? "INTEGER" : "INT");
      case "long" -> cast(text, "BIGINT");
      case "float" ->
          cast(Float.toString(Float.parseFloat(text)), this == TRINO ? "REAL" : "FLOAT");
      case "double" -> cast(Double.toString(Double.parseDouble(text)), "DOUBLE");
      case "decimal" -> cast(text, "DECIMAL(" + type.numbers() + ")");
      case "date" -> "DATE '" + LocalDate.ofEpochDay(Long.parseLong(text)) + "'";
      case "time" -> time(Long.parseLong(text));
      case "timestamp", "timestamptz", "timestamp_ns", "timestamptz_ns" ->
          timestamp(type.name(), Long.parseLong(text));
      case "string" -> string(CellText.unquoted(text));
      case "uuid" -> this == TRINO ? "UUID '" + text + "'" : bytesOrText(text);
      case "binary", "fixed" -> "X'" + text.substring(1) + "'";
      default -> throw new IllegalArgumentException("No literal of " + type + ": " + text);
    };
  }

  private String bytesOrText(String uuid) {
    return this == SPARK ? "'" + uuid + "'" : "X'" + uuid.replace("-", "") + "'";
  }

  private static String cast(String text, String type) {
    return "CAST('" + text + "' AS " + type + ")";
  }

  private static String time(long micros) {
    return "TIME '"
        + LocalTime.ofNanoOfDay(micros * 1000)
            .format(DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS"))
        + "'";
  }

  private String timestamp(String type, long units) {
    boolean nano = type.endsWith("_ns");
    long perSecond = nano ? 1_000_000_000L : 1_000_000L;
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(units, perSecond),
            Math.floorMod(units, perSecond) * (1_000_000_000L / perSecond));
    String text = (nano ? NANOS : MICROS).format(instant);
    boolean zoned = type.startsWith("timestamptz");
    return switch (this) {
      case SPARK -> (zoned ? "TIMESTAMP '" + text + "+00:00'" : "TIMESTAMP_NTZ '" + text + "'");
      case TRINO -> "TIMESTAMP '" + text + (zoned ? " UTC'" : "'");
      case FLINK ->
          zoned
              ? "CAST(TIMESTAMP '" + text + "' AS TIMESTAMP_LTZ(" + (nano ? 9 : 6) + "))"
              : "TIMESTAMP '" + text + "'";
    };
  }

  private String string(String value) {
    if (this != SPARK) {
      return "'" + value.replace("'", "''") + "'";
    }
    StringBuilder text = new StringBuilder("'");
    for (char c : value.toCharArray()) {
      text.append(
          c == '\'' || c == '\\' || c < ' ' || c > '~'
              ? String.format("\\u%04x", (int) c)
              : String.valueOf(c));
    }
    return text.append('\'').toString();
  }
}
