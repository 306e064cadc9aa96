package dev.firn.internal.scan;

import dev.firn.internal.parquet.ParquetInput;
import dev.firn.internal.parquet.SchemaNode;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.MappedFields;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a file is which field of a table, in one group of columns: by field id; in a file
 * without ids by the table's name mapping, or, as Iceberg does it, by place at the top level and
 * not at all below.
 */
final class FieldMatch {

  private final boolean byId;
  private final boolean byPlace;
  private final @Nullable MappedFields names;

  private FieldMatch(boolean byId, boolean byPlace, @Nullable MappedFields names) {
    this.byId = byId;
    this.byPlace = byPlace;
    this.names = names;
  }

  /** For the top-level columns. */
  static FieldMatch of(ParquetInput file, @Nullable NameMapping names) {
    boolean byId = file.hasFieldIds();
    return byId || names == null
        ? new FieldMatch(byId, !byId, null)
        : new FieldMatch(false, false, names.asMappedFields());
  }

  /** For what is in the column of {@code field}. */
  FieldMatch within(NestedField field) {
    if (byId) {
      return this;
    }
    MappedField mapped = names == null ? null : names.field(field.fieldId());
    return new FieldMatch(false, false, mapped == null ? null : mapped.nestedMapping());
  }

  /**
   * The column of {@code field} in {@code group}; null if the file does not have it, or if it is of
   * type unknown and so null whatever the file has.
   */
  @Nullable SchemaNode find(SchemaNode group, NestedField field) {
    if (field.type().typeId() == TypeID.UNKNOWN) {
      return null;
    }
    MappedField mapped = names == null ? null : names.field(field.fieldId());
    for (SchemaNode child : group.children()) {
      boolean found =
          byId
              ? child.fieldId() == field.fieldId()
              : byPlace
                  ? child.place() + 1 == field.fieldId()
                  : mapped != null && mapped.names().contains(child.name());
      if (found) {
        return child;
      }
    }
    return null;
  }
}
