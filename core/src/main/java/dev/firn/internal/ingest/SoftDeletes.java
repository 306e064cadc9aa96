package dev.firn.internal.ingest;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Writes rows that are deleted and stay: as the application's mapper does, and then says so in a
 * column. The mapper is bound by whoever has it.
 */
final class SoftDeletes<T> implements RecordMapper<T> {

  private final RecordMapper<T> mapper;
  private final String column;
  private int position;

  SoftDeletes(RecordMapper<T> mapper, String column) {
    this.mapper = mapper;
    this.column = column;
  }

  @Override
  public void bind(Schema schema) {
    List<NestedField> columns = schema.columns();
    for (position = 0; position < columns.size(); position++) {
      NestedField field = columns.get(position);
      if (field.name().equals(column)) {
        if (field.type().typeId() != TypeID.BOOLEAN) {
          throw refused("is of type " + field.type());
        }
        return;
      }
    }
    throw refused("is not in the table");
  }

  private UnsupportedTableException refused(String why) {
    return new UnsupportedTableException(
        "Deleted rows are to be marked in column '"
            + column
            + "', which "
            + why
            + ". Name a boolean column: WriterOptions.softDeleteColumn.",
        column,
        null);
  }

  @Override
  public void map(T record, RowAppender row) {
    mapper.map(record, row);
    row.setBoolean(position, true);
  }
}
