package dev.firn.internal.convert;

import dev.firn.internal.buffer.ColumnShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    for (NestedField field : schema.columns()) {
      positions.put(field.name(), fields.size());
      fields.add(FieldPlan.of(path.isEmpty() ? field.name() : path + "." + field.name(), field));
    }
    return new StructPlan(path, schema, Map.copyOf(positions), List.copyOf(fields));
  }

  List<ColumnShape> shapes() {
    return fields.stream().map(FieldPlan::shape).toList();
  }
}
