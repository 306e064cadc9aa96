package dev.firn.internal.convert;

import dev.firn.api.record.RowAppender;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes maps by name, Iceberg records and structs into a row of one schema. What a record's own
 * struct means for the row is worked out once and kept until a record of another struct comes.
 */
final class NamedFields {

  private final String[] names;
  private final boolean[] required;

  private @Nullable StructType lastStruct;
  private int[] lastPositions = {};

  NamedFields(Schema schema) {
    List<NestedField> fields = schema.columns();
    names = fields.stream().map(NestedField::name).toArray(String[]::new);
    required = new boolean[names.length];
    for (int i = 0; i < names.length; i++) {
      required[i] = fields.get(i).isRequired();
    }
  }

  /** A key that is missing leaves its column unset; one without a column rejects the record. */
  void writeMap(Map<?, ?> map, RowAppender row) {
    int known = 0;
    for (int i = 0; i < names.length; i++) {
      Object value = map.get(names[i]);
      if (value != null) {
        row.setObject(i, value);
        known++;
      } else if (map.containsKey(names[i])) {
        row.setNull(i);
        known++;
      }
    }
    if (known != map.size()) {
      // A key that is no column rejects the record here; one that is a name, but no String, is set.
      map.forEach((key, value) -> row.setObject(String.valueOf(key), value));
    }
  }

  /**
   * By name. Null is null where the column is optional; a record cannot tell null from not set, so
   * a required column takes its write default instead.
   */
  @SuppressWarnings("ReferenceEquality") // once per row: comparing the types would cost more
  void writeRecord(Record record, RowAppender row) {
    StructType struct = record.struct();
    if (struct != lastStruct) {
      lastPositions = positions(struct, row);
      lastStruct = struct;
    }
    int[] positions = lastPositions;
    for (int i = 0; i < positions.length; i++) {
      Object value = record.get(i);
      if (value != null) {
        row.setObject(positions[i], value);
      } else if (!required[positions[i]]) {
        row.setNull(positions[i]);
      }
    }
  }

  private int[] positions(StructType struct, RowAppender row) {
    int[] positions = new int[struct.fields().size()];
    for (int i = 0; i < positions.length; i++) {
      String name = struct.fields().get(i).name();
      positions[i] = Arrays.asList(names).indexOf(name);
      if (positions[i] < 0) {
        row.setNull(name); // rejects the record, as no column has the name
      }
    }
    return positions;
  }

  /** By position, for structs that do not know their names. Nulls as for records. */
  void writeByPosition(StructLike struct, RowAppender row) {
    // One field more than there are columns is refused by the row itself.
    for (int i = 0; i < struct.size(); i++) {
      Object value = struct.get(i, Object.class);
      if (value != null || i >= required.length) {
        row.setObject(i, value);
      } else if (!required[i]) {
        row.setNull(i);
      }
    }
  }
}
