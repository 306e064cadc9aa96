package dev.firn.internal.keys;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.UnsupportedTableException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The key of a table, whatever becomes of its schema: columns by id, and what null means in them.
 *
 * @param ids of the columns, in order
 * @param fingerprint of the key as it was declared; see {@link KeyDefinition#fingerprint}
 */
public record TableKey(List<Integer> ids, NullsInKey nulls, long fingerprint) {

  public TableKey {
    ids = List.copyOf(ids);
  }

  /**
   * The key of these columns.
   *
   * @param columns names of top-level columns; none for the table's identifier fields
   * @throws UnsupportedTableException naming the column that is not there or cannot be in a key, or
   *     if the table has no identifier fields
   */
  public static TableKey of(Schema schema, List<String> columns, NullsInKey nulls) {
    List<Integer> ids = new ArrayList<>();
    if (columns.isEmpty()) {
      // By place: a set has no order, and all writers of a table should agree on one.
      schema.columns().stream()
          .map(NestedField::fieldId)
          .filter(schema.identifierFieldIds()::contains)
          .forEach(ids::add);
      if (ids.isEmpty() || ids.size() < schema.identifierFieldIds().size()) {
        throw new UnsupportedTableException(
            "The table has no key: it declares "
                + (ids.isEmpty() ? "no identifier fields" : "identifier fields that are nested")
                + ". Name the columns of the key: WriterOptions.upsertBy(\"...\").",
            "identifier fields",
            null);
      }
    }
    for (String column : columns) {
      NestedField field = schema.findField(column);
      if (field == null) {
        throw new UnsupportedTableException(
            "The key names column '"
                + column
                + "', but the table has the columns "
                + schema.columns().stream().map(NestedField::name).toList()
                + ". Upsert by columns that are there.",
            column,
            null);
      }
      ids.add(field.fieldId());
    }
    return new TableKey(ids, nulls, KeyDefinition.of(schema, ids, nulls).fingerprint());
  }

  /**
   * The key in the batches of {@code schema}, which is the table's as it is now.
   *
   * @throws UnsupportedTableException if the schema has changed so that keys are others now
   */
  public KeyDefinition in(Schema schema) {
    KeyDefinition definition = KeyDefinition.of(schema, ids, nulls);
    if (definition.fingerprint() != fingerprint) {
      throw new UnsupportedTableException(
          "The key's columns have other types now: "
              + fields(schema)
              + ". What was written before cannot be found by them: open the writer again.",
          fields(schema).toString(),
          null);
    }
    return definition;
  }

  /** The key's columns as {@code schema} has them, in the order of the key. */
  public List<NestedField> fields(Schema schema) {
    List<NestedField> fields = new ArrayList<>();
    for (int id : ids) {
      fields.add(schema.findField(id));
    }
    return fields;
  }
}
