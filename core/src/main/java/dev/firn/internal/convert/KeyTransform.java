package dev.firn.internal.convert;

import dev.firn.api.error.UnsupportedTableException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;

/**
 * A transform of a partition spec or sort order, taken apart.
 *
 * @param width buckets, or the width that is truncated to; else 0
 */
record KeyTransform(Kind kind, int width) {

  enum Kind {
    IDENTITY,
    BUCKET,
    TRUNCATE,
    YEAR,
    MONTH,
    DAY,
    HOUR,
    VOID
  }

  private static final Pattern WITH_WIDTH = Pattern.compile("(bucket|truncate)\\[(\\d+)]");

  /** Iceberg's transforms say what they are by {@code toString} only, which is also their JSON. */
  static KeyTransform of(Transform<?, ?> transform, Type source, String field) {
    if (transform.isVoid()) {
      return new KeyTransform(Kind.VOID, 0);
    }
    String name = transform.toString();
    Matcher matcher = WITH_WIDTH.matcher(name);
    int width = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
    Kind kind =
        switch (width > 0 ? matcher.group(1) : name) {
          case "identity" -> Kind.IDENTITY;
          case "bucket" -> Kind.BUCKET;
          case "truncate" -> Kind.TRUNCATE;
          case "year" -> Kind.YEAR;
          case "month" -> Kind.MONTH;
          case "day" -> Kind.DAY;
          case "hour" -> Kind.HOUR;
          default -> throw unsupported(name, source, field);
        };
    if (!transform.canTransform(source)) {
      throw unsupported(name, source, field);
    }
    return new KeyTransform(kind, width);
  }

  private static UnsupportedTableException unsupported(String name, Type source, String field) {
    return new UnsupportedTableException(
        "field '"
            + field
            + "' has transform "
            + name
            + " on type "
            + source
            + ", which Firn does not know; remove the field from the spec or sort order",
        field,
        null);
  }
}
