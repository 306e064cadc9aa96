package dev.firn.internal.convert;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.ColumnShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The fields of a row or of a struct.
 *
 * @param path dotted name of the struct, empty for the row itself
 * @param schema the fields as a schema
 * @param positions position by name
 * @param fields what is known of each field, by position
 */
record StructPlan(
    String path, Schema schema, Map<String, Integer> positions, List<FieldPlan> fields) {

  static StructPlan of(String path, Schema schema) {
    Map<String, Integer> positions = new HashMap<>();
    List<FieldPlan> fields = new ArrayList<>();
    requireNamesApart(path, schema);
    for (NestedField field : schema.columns()) {
      positions.put(field.name(), fields.size());
      fields.add(FieldPlan.of(pathOf(path, field), field));
    }
    return new StructPlan(path, schema, Map.copyOf(positions), List.copyOf(fields));
  }

  /** The same with the fields {@code ids} as columns of the key. */
  StructPlan withKey(Set<Integer> ids, NullsInKey nulls) {
    List<FieldPlan> marked = new ArrayList<>(fields);
    for (int i = 0; i < marked.size(); i++) {
      if (ids.contains(schema.columns().get(i).fieldId())) {
        marked.set(i, marked.get(i).inKey(nulls));
      }
    }
    return new StructPlan(path, schema, positions, List.copyOf(marked));
  }

  /** The same with the field {@code id} as the column that says which row of a key is newer. */
  StructPlan orderedBy(int id) {
    List<FieldPlan> marked = new ArrayList<>(fields);
    for (int i = 0; i < marked.size(); i++) {
      if (schema.columns().get(i).fieldId() == id) {
        marked.set(i, marked.get(i).ordering());
      }
    }
    return new StructPlan(path, schema, positions, List.copyOf(marked));
  }

  private static String pathOf(String parent, NestedField field) {
    return parent.isEmpty() ? field.name() : parent + "." + field.name();
  }

  /** With two columns of one name a file can be written, but not read. */
  private static void requireNamesApart(String path, Schema schema) {
    String where = path.isEmpty() ? "" : " in column '" + path + "'";
    NamesInFiles names = new NamesInFiles();
    for (NestedField field : schema.columns()) {
      if (field.name().isEmpty()) {
        throw new UnsupportedTableException(
            "a column" + where + " has an empty name, which files cannot hold; rename it",
            path,
            null);
      }
      String other = names.take(field.name());
      if (other != null) {
        throw new UnsupportedTableException(
            "the columns '"
                + other
                + "' and '"
                + field.name()
                + "'"
                + where
                + " have the same name in files, "
                + NamesInFiles.inFiles(field.name())
                + "; rename one of them",
            pathOf(path, field),
            null);
      }
    }
  }

  List<ColumnShape> shapes() {
    return fields.stream().map(FieldPlan::shape).toList();
  }
}
