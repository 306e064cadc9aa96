package dev.firn.internal.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A column of a file, or a group of columns, as the file's schema has it. Immutable.
 *
 * <p>Source: the Parquet format, "Nested Encoding" and "Logical Types", "Nested Types".
 */
public final class SchemaNode {

  /** Schemas are a few levels deep; a damaged one may claim anything. */
  private static final int MAX_DEPTH = 200;

  private final SchemaElement element;
  private final int place;
  private final int definition;
  private final int repetition;
  private final int floor;
  private final List<SchemaNode> children;
  private final int index;
  private final @Nullable ColumnDescriptor column;

  private SchemaNode(
      SchemaElement element,
      int place,
      int definition,
      int repetition,
      int floor,
      List<SchemaNode> children,
      int index,
      @Nullable ColumnDescriptor column) {
    this.element = element;
    this.place = place;
    this.definition = definition;
    this.repetition = repetition;
    this.floor = floor;
    this.children = children;
    this.index = index;
    this.column = column;
  }

  /**
   * The root of a schema.
   *
   * @throws IOException if it makes no sense
   */
  static SchemaNode root(List<SchemaElement> schema) throws IOException {
    if (schema.isEmpty()) {
      throw new IOException("A file without a schema");
    }
    Walk walk = new Walk(schema);
    SchemaElement root = schema.get(walk.at++);
    return new SchemaNode(root, 0, 0, 0, 0, walk.children(root, 0, 0, 0, 1), -1, null);
  }

  /** Goes through a schema depth first, as it is written. Leaves are counted: chunks lie so. */
  private static final class Walk {

    private final List<SchemaElement> schema;
    private final List<String> path = new ArrayList<>();
    private int at;
    private int leaves;

    Walk(List<SchemaElement> schema) {
      this.schema = schema;
    }

    List<SchemaNode> children(
        SchemaElement parent, int definition, int repetition, int floor, int depth)
        throws IOException {
      List<SchemaNode> children = new ArrayList<>();
      for (int place = 0; place < parent.getNum_children(); place++) {
        if (at >= schema.size() || depth > MAX_DEPTH) {
          throw new IOException("The schema has other columns than it says");
        }
        children.add(node(schema.get(at++), place, definition, repetition, floor, depth));
      }
      return List.copyOf(children);
    }

    private SchemaNode node(
        SchemaElement element, int place, int definition, int repetition, int floor, int depth)
        throws IOException {
      boolean repeated = element.getRepetition_type() == FieldRepetitionType.REPEATED;
      int present =
          definition + (element.getRepetition_type() == FieldRepetitionType.REQUIRED ? 0 : 1);
      int repeats = repetition + (repeated ? 1 : 0);
      int lowest = repeated ? present : floor;
      path.add(element.getName());
      SchemaNode node;
      if (element.getNum_children() > 0) {
        List<SchemaNode> children = children(element, present, repeats, lowest, depth + 1);
        node = new SchemaNode(element, place, present, repeats, lowest, children, -1, null);
      } else if (element.isSetType()) {
        ColumnDescriptor column =
            new ColumnDescriptor(path.toArray(String[]::new), primitive(element), repeats, present);
        node =
            new SchemaNode(element, place, present, repeats, lowest, List.of(), leaves++, column);
      } else {
        throw new IOException("Column " + String.join(".", path) + " has no type");
      }
      path.remove(path.size() - 1);
      return node;
    }

    private static PrimitiveType primitive(SchemaElement element) {
      PrimitiveTypeName type =
          element.getType() == org.apache.parquet.format.Type.BYTE_ARRAY
              ? PrimitiveTypeName.BINARY
              : PrimitiveTypeName.valueOf(element.getType().name());
      return Types.primitive(type, Repetition.valueOf(element.getRepetition_type().name()))
          .length(element.getType_length())
          .named(element.getName());
    }
  }

  public String name() {
    return element.getName();
  }

  /** Its field id, or -1 if the file has none for it. */
  public int fieldId() {
    return element.isSetField_id() ? element.getField_id() : -1;
  }

  /** Its place in the group that it is in, from 0. */
  public int place() {
    return place;
  }

  /** The columns and groups in it; none if it is a column of values. */
  public List<SchemaNode> children() {
    return children;
  }

  public boolean isLeaf() {
    return column != null;
  }

  /** The first column of values in it. */
  public SchemaNode firstLeaf() {
    return isLeaf() ? this : children.get(0).firstLeaf();
  }

  public boolean isRepeated() {
    return element.getRepetition_type() == FieldRepetitionType.REPEATED;
  }

  /** The definition level that an entry has at least if this is there. */
  public int definition() {
    return definition;
  }

  /** How many lists and maps it is in: what begins one of it has at most this repetition level. */
  public int repetition() {
    return repetition;
  }

  /**
   * The definition level that an entry has at least if it stands for one of these, null or not:
   * with less, a list around it is empty, or something around that is null.
   */
  public int floor() {
    return floor;
  }

  /** How the file keeps the values of a leaf. */
  public PrimitiveTypeName physicalType() {
    return descriptor().getPrimitiveType().getPrimitiveTypeName();
  }

  /** The bytes of each value of a leaf of fixed length. */
  public int byteLength() {
    return element.getType_length();
  }

  /** The digits behind the point of a decimal; -1 if the file does not call it one. */
  public int decimalScale() {
    LogicalType logical = element.getLogicalType();
    if (logical != null && logical.isSetDECIMAL()) {
      return logical.getDECIMAL().getScale();
    }
    return element.getConverted_type() == ConvertedType.DECIMAL ? element.getScale() : -1;
  }

  /** How many of a time's units are a second; 0 if the file does not call it a time. */
  public int unitsPerSecond() {
    LogicalType logical = element.getLogicalType();
    if (logical != null && (logical.isSetTIMESTAMP() || logical.isSetTIME())) {
      TimeUnit unit =
          logical.isSetTIME() ? logical.getTIME().getUnit() : logical.getTIMESTAMP().getUnit();
      return unit.isSetMILLIS() ? 1_000 : unit.isSetMICROS() ? 1_000_000 : 1_000_000_000;
    }
    ConvertedType converted = element.getConverted_type();
    if (converted == ConvertedType.TIME_MILLIS || converted == ConvertedType.TIMESTAMP_MILLIS) {
      return 1_000;
    }
    return converted == ConvertedType.TIME_MICROS || converted == ConvertedType.TIMESTAMP_MICROS
        ? 1_000_000
        : 0;
  }

  /**
   * The elements of this list, null if it is no list. Files of old writers leave out the group
   * around the element: the rules are those of the format.
   */
  public @Nullable SchemaNode element() {
    if (children.size() != 1 || !children.get(0).isRepeated()) {
      return null;
    }
    SchemaNode repeated = children.get(0);
    boolean isElement =
        repeated.children.size() != 1
            || repeated.children.get(0).isRepeated()
            || repeated.name().equals("array")
            || repeated.name().equals(name() + "_tuple");
    return isElement ? repeated : repeated.children.get(0);
  }

  /** The entries of this map, a key and a value each; null if it is no map. */
  public @Nullable SchemaNode entries() {
    return children.size() == 1
            && children.get(0).isRepeated()
            && children.get(0).children.size() == 2
        ? children.get(0)
        : null;
  }

  /** The number of a leaf's chunk in each row group. */
  int index() {
    return index;
  }

  ColumnDescriptor descriptor() {
    return Objects.requireNonNull(column);
  }
}
