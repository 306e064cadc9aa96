package dev.firn.internal.buffer;

import java.util.List;

/**
 * What a column holds, without names, ids or logical types.
 *
 * @param kind how values are kept
 * @param width bytes of one value of kind {@link Kind#FIXED}, else 0
 * @param children the fields of a struct; the element of a list; key and value of a map
 */
public record ColumnShape(Kind kind, int width, List<ColumnShape> children) {

  /** How values are kept in memory. */
  public enum Kind {
    BOOLEAN,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    /** Byte strings of any length: strings, binary, WKB. */
    BYTES,
    /** Byte strings of one length: fixed, uuid, wide decimals. */
    FIXED,
    STRUCT,
    LIST,
    MAP,
    /** Always null; keeps no values. */
    NOTHING
  }

  public ColumnShape {
    children = List.copyOf(children);
  }

  /** A shape of a kind that needs no more than its name. */
  public static ColumnShape of(Kind kind) {
    return new ColumnShape(kind, 0, List.of());
  }

  /** Byte strings of {@code width} bytes each. */
  public static ColumnShape fixed(int width) {
    return new ColumnShape(Kind.FIXED, width, List.of());
  }

  /** A nested shape. */
  public static ColumnShape nested(Kind kind, List<ColumnShape> children) {
    return new ColumnShape(kind, 0, children);
  }

  /** An empty column of this shape. */
  public Column newColumn() {
    return switch (kind) {
      case BOOLEAN -> new BooleanColumn();
      case INT -> new IntColumn();
      case LONG -> new LongColumn();
      case FLOAT -> new FloatColumn();
      case DOUBLE -> new DoubleColumn();
      case BYTES -> new BytesColumn();
      case FIXED -> new FixedColumn(width);
      case STRUCT -> new StructColumn(children.stream().map(ColumnShape::newColumn).toList());
      case LIST -> new ListColumn(children.get(0).newColumn());
      case MAP -> new MapColumn(children.get(0).newColumn(), children.get(1).newColumn());
      case NOTHING -> new NothingColumn();
    };
  }
}
