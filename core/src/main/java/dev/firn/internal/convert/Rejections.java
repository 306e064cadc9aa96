package dev.firn.internal.convert;

import dev.firn.api.error.RecordRejectedException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Words for what is wrong with a record, and what the row being written has to answer for: its
 * first rejection, because a mapper that swallows it must not get half a row through, and whether
 * more than its key counts.
 */
final class Rejections {

  /** Enough to recognise a value by, short enough for a log line. */
  private static final int MAX_VALUE_CHARS = 60;

  /** Names listed when none is near; wide tables have hundreds. */
  private static final int MAX_NAMES = 12;

  /** Longer names have no near ones: the search goes with the product of the lengths. */
  private static final int MAX_NEAR_CHARS = 200;

  /** Longer numbers are not written out: a million digits take seconds. */
  private static final int MAX_SHOWN_BITS = 10_000;

  private static final String SAYS_THE_NEWER = "says which row of a key is newer";

  private @Nullable RecordRejectedException first;
  private boolean onlyKeyCounts;

  @Nullable RecordRejectedException first() {
    return first;
  }

  void clear() {
    if (first != null) {
      first = null;
    }
  }

  /**
   * Whether only the key of the rows from now on counts, and what says which row of a key is newer:
   * they stand for deletes.
   */
  void onlyKeyCounts(boolean value) {
    onlyKeyCounts = value;
  }

  boolean onlyKeyCounts() {
    return onlyKeyCounts;
  }

  /** Whether a null, or no value at all, is wrong in a column of this row. */
  boolean refusesNull(FieldPlan plan) {
    return plan.refusesNull() && (plan.countsInDeletes() || !onlyKeyCounts);
  }

  /** A value that a column refuses; {@code cure} says what to do about it. */
  RecordRejectedException refuse(FieldPlan plan, String reason, String cure) {
    return refuse(plan.path(), typed(plan) + " " + reason, reason, cure);
  }

  private RecordRejectedException refuse(String field, String what, String reason, String cure) {
    RecordRejectedException rejection =
        new RecordRejectedException(what + "; " + cure, field, reason, null);
    if (first == null) {
      first = rejection;
    }
    return rejection;
  }

  private static String typed(FieldPlan plan) {
    return "column '" + plan.path() + "' (" + nameOf(plan) + ")";
  }

  /** Nested types are named by their kind only: their full text may be as long as the schema. */
  private static String nameOf(FieldPlan plan) {
    return plan.type().isNestedType()
        ? plan.type().typeId().name().toLowerCase(Locale.ROOT)
        : plan.type().toString();
  }

  RecordRejectedException wrongType(FieldPlan plan, String given, @Nullable Object value) {
    return refuse(
        plan,
        "does not take "
            + article(given)
            + " "
            + given
            + (value != null && isPlain(value) ? ": " + shown(value) : ""),
        "send " + expected(plan));
  }

  /** {@code UUID} and {@code UTF-8} are spoken with a consonant. */
  private static String article(String noun) {
    return "aeiouAEIO".indexOf(noun.charAt(0)) >= 0 ? "an" : "a";
  }

  private static String expected(FieldPlan plan) {
    return switch (plan.type().typeId()) {
      case BOOLEAN -> "a boolean";
      case INTEGER -> "an int";
      case LONG -> "a long or an int";
      case FLOAT -> "a float, or a number that a float keeps exactly";
      case DOUBLE -> "a double, or a number that a double keeps exactly";
      case DECIMAL -> "a BigDecimal, an unscaled long or an integer";
      case DATE -> "a LocalDate, or the days since 1970-01-01";
      case TIME -> "a LocalTime, or the microseconds since midnight";
      case TIMESTAMP, TIMESTAMP_NANO ->
          TimeWriters.withZone(plan.type())
              ? "an Instant or OffsetDateTime, or the units since 1970-01-01T00:00Z"
              : "a LocalDateTime, or the units since 1970-01-01T00:00";
      case STRING -> "a String or UTF-8 bytes";
      case UUID -> "a UUID or its 16 bytes";
      case FIXED, BINARY -> "a byte[] or ByteBuffer";
      case GEOMETRY, GEOGRAPHY -> "the WKB as byte[] or ByteBuffer";
      case STRUCT -> "a struct: its fields, a Map<String, ?> or a Record";
      case LIST -> "a list";
      case MAP -> "a map";
      default -> "null, the only value of this type";
    };
  }

  RecordRejectedException outOfRange(FieldPlan plan, Object value, Object low, Object high) {
    return refuse(
        plan,
        "cannot hold " + shown(value) + ", its range is " + low + " to " + high,
        "send a value in range or widen the column");
  }

  RecordRejectedException inexact(FieldPlan plan, Object value) {
    return refuse(
        plan, "cannot hold " + shown(value) + " exactly", "round it first or widen the column");
  }

  RecordRejectedException nullRefused(FieldPlan plan) {
    if (plan.isInKey()) {
      return refuse(plan, "is part of the key but was null", "send a value" + nullAsValue(plan));
    }
    if (plan.ordersRows()) {
      return refuse(plan, SAYS_THE_NEWER + " but was null", "send a value, with deletes too");
    }
    return refuse(plan, "is required but was null", "send a value or make the column optional");
  }

  RecordRejectedException missing(FieldPlan plan) {
    if (plan.isInKey()) {
      return refuse(
          plan,
          "is part of the key, has no write default and was not set",
          "set it" + nullAsValue(plan));
    }
    if (plan.ordersRows()) {
      return refuse(
          plan,
          SAYS_THE_NEWER + ", has no write default and was not set",
          "set it, with deletes too");
    }
    return refuse(
        plan,
        "is required, has no write default and was not set",
        "set it, or make the column optional");
  }

  private static String nullAsValue(FieldPlan plan) {
    return plan.required() ? "" : ", or take null as a value: WriterOptions.nullsInKey";
  }

  RecordRejectedException unequalCounts(FieldPlan plan, int keys, int values) {
    return refuse(
        plan, "got " + keys + " keys but " + values + " values", "add one value for each key");
  }

  /** A setter called outside its row, list or map. */
  RecordRejectedException closed(String path) {
    String reason = "was written to after its value, or the row, had ended";
    return refuse(
        path,
        (path.isEmpty() ? "the row " : "column '" + path + "' ") + reason,
        reason,
        "keep no appender beyond the call it was handed out for");
  }

  RecordRejectedException noPosition(StructPlan struct, int position) {
    String reason =
        "there is no position "
            + position
            + (struct.path().isEmpty() ? "" : " in column '" + struct.path() + "'")
            + ", the positions are 0 to "
            + (struct.fields().size() - 1);
    return refuse("", reason, reason, "resolve names to positions in RecordMapper.bind");
  }

  /** Not remembered when {@code onlyAsked}: asking for a position is harmless. */
  RecordRejectedException unknownName(StructPlan struct, Object name, boolean onlyAsked) {
    String path = (struct.path().isEmpty() ? "" : struct.path() + ".") + name;
    String reason = "there is no column '" + shortened(path) + "'";
    String cure = near(struct.positions(), String.valueOf(name));
    if (onlyAsked) {
      return new RecordRejectedException(reason + "; " + cure, path, reason, null);
    }
    return refuse(path, reason, reason, cure);
  }

  private static String near(Map<String, Integer> positions, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int limit = Math.max(1, name.length() / 3);
    List<String> near =
        positions.keySet().stream()
            // First the lengths: a stray key may have a million characters, a column's name too.
            .filter(known -> Math.max(known.length(), lower.length()) <= MAX_NEAR_CHARS)
            .filter(known -> Math.abs(known.length() - lower.length()) <= limit)
            .filter(known -> distance(known.toLowerCase(Locale.ROOT), lower) <= limit)
            .sorted(
                Comparator.comparingInt(
                        (String known) -> distance(known.toLowerCase(Locale.ROOT), lower))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(3)
            .toList();
    if (!near.isEmpty()) {
      return near.stream()
          .map(known -> "'" + known + "'")
          .collect(Collectors.joining(" or ", "did you mean ", "?"));
    }
    String names =
        positions.entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .limit(MAX_NAMES)
            .map(entry -> shortened(entry.getKey()))
            .collect(Collectors.joining(", "));
    return "the columns are " + names + (positions.size() > MAX_NAMES ? ", ..." : "");
  }

  /** Levenshtein's; names are short and this is the way out, so plain. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  /** The mapper itself failed; not a column's fault. */
  static RecordRejectedException mapperFailed(RuntimeException cause) {
    String reason = "the record mapper threw " + shortened(cause.toString());
    return new RecordRejectedException(
        reason + "; repair the record or the mapper", "", reason, cause);
  }

  /**
   * Whether {@code value} is one that a message may show. Anything else may contain itself, be as
   * long as it likes, or tell what it should not.
   */
  private static boolean isPlain(Object value) {
    return value instanceof CharSequence
        || value instanceof byte[]
        || value instanceof ByteBuffer
        || value instanceof Boolean
        || value instanceof Enum<?>
        || value instanceof UUID
        || (value instanceof Number && value.getClass().getName().startsWith("java."))
        || (value instanceof TemporalAccessor && value.getClass().getName().startsWith("java."));
  }

  /** {@code value} as a few characters. */
  static String shown(Object value) {
    if (value instanceof BigDecimal decimal && bits(decimal) > MAX_SHOWN_BITS) {
      return "a number of " + bits(decimal) + " bits";
    }
    if (value instanceof byte[] bytes) {
      return bytes.length + " bytes";
    } else if (value instanceof ByteBuffer buffer) {
      return buffer.remaining() + " bytes";
    } else if (value instanceof CharSequence text) {
      return "'" + shortened(text) + "'";
    }
    return shortened(String.valueOf(value));
  }

  static int bits(BigDecimal value) {
    return value.unscaledValue().bitLength();
  }

  private static String shortened(CharSequence text) {
    return text.length() <= MAX_VALUE_CHARS
        ? text.toString()
        : text.subSequence(0, MAX_VALUE_CHARS) + "... (" + text.length() + " characters)";
  }
}
