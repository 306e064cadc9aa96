package dev.firn.internal.convert;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.ColumnShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.avro.AvroSchemaUtil;
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

  private static String pathOf(String parent, NestedField field) {
    return parent.isEmpty() ? field.name() : parent + "." + field.name();
  }

  /**
   * In files a name has letters, digits and underscores only, others are spelled out: {@code a.b}
   * is {@code a_x2Eb}. With two columns of one name a file can be written, but not read.
   */
  private static void requireNamesApart(String path, Schema schema) {
    String where = path.isEmpty() ? "" : " in column '" + path + "'";
    Map<String, String> columns = new HashMap<>();
    for (NestedField field : schema.columns()) {
      if (field.name().isEmpty()) {
        throw new UnsupportedTableException(
            "a column" + where + " has an empty name, which files cannot hold; rename it",
            path,
            null);
      }
      String inFiles = AvroSchemaUtil.makeCompatibleName(field.name());
      String other = columns.put(inFiles, field.name());
      if (other != null) {
        throw new UnsupportedTableException(
            "the columns '"
                + other
                + "' and '"
                + field.name()
                + "'"
                + where
                + " have the same name in files, "
                + inFiles
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
