package dev.firn.internal.encode;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;

/**
 * A column of the file: where its values are in a batch, and what Parquet and Iceberg call it.
 *
 * @param column index of the batch's column that it is in
 * @param path the steps to it, the first to the batch's column itself
 * @param descriptor Parquet's side
 * @param fieldId Iceberg's field
 * @param type Iceberg's type; a variant for its two parts
 */
record Leaf(int column, List<PathStep> path, ColumnDescriptor descriptor, int fieldId, Type type) {

  Leaf {
    path = List.copyOf(path);
  }

  /** Whether it is a field of the row itself. */
  boolean isFlat() {
    return path.size() == 1;
  }

  boolean isRepeated() {
    return descriptor.getMaxRepetitionLevel() > 0;
  }

  PathStep last() {
    return path.get(path.size() - 1);
  }

  /** All leaves, in the order of the file's columns. */
  static List<Leaf> of(Schema schema, MessageType file) {
    Walk walk = new Walk(file.getColumns());
    List<Types.NestedField> fields = schema.columns();
    for (int i = 0; i < fields.size(); i++) {
      walk.column = i;
      walk.visit(PathStep.Kind.ROOT, 0, fields.get(i));
    }
    if (walk.leaves.size() != file.getColumns().size()) {
      throw new IllegalStateException(
          "found " + walk.leaves.size() + " leaves in " + schema + " but " + file + " has others");
    }
    return List.copyOf(walk.leaves);
  }

  /** Walks schema and file side by side: both list their leaves depth first. */
  private static final class Walk {

    private final List<ColumnDescriptor> descriptors;
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<PathStep> path = new ArrayList<>();
    private int column;

    Walk(List<ColumnDescriptor> descriptors) {
      this.descriptors = descriptors;
    }

    void visit(PathStep.Kind kind, int index, Types.NestedField field) {
      path.add(new PathStep(kind, index, field.isOptional(), field.name()));
      Type type = field.type();
      switch (type.typeId()) {
        case UNKNOWN -> {
          // Always null, and not in the file at all.
        }
        case STRUCT -> {
          List<Types.NestedField> fields = type.asStructType().fields();
          for (int i = 0; i < fields.size(); i++) {
            visit(PathStep.Kind.FIELD, i, fields.get(i));
          }
        }
        case LIST -> visit(PathStep.Kind.ELEMENT, 0, type.asListType().fields().get(0));
        case MAP -> {
          visit(PathStep.Kind.KEY, 0, type.asMapType().fields().get(0));
          visit(PathStep.Kind.VALUE, 0, type.asMapType().fields().get(1));
        }
        case VARIANT -> {
          leaf(field, "metadata", 0);
          leaf(field, "value", 1);
        }
        default -> leaves.add(new Leaf(column, path, next(), field.fieldId(), type));
      }
      path.remove(path.size() - 1);
    }

    /** A part of a variant, which is a struct of two byte strings in memory. */
    private void leaf(Types.NestedField field, String name, int index) {
      path.add(new PathStep(PathStep.Kind.FIELD, index, false, name));
      leaves.add(new Leaf(column, path, next(), field.fieldId(), field.type()));
      path.remove(path.size() - 1);
    }

    private ColumnDescriptor next() {
      return descriptors.get(leaves.size());
    }
  }
}
