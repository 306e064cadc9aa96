package dev.firn.internal.scan;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.parquet.LeafReader;
import dev.firn.internal.parquet.ParquetInput;
import dev.firn.internal.parquet.SchemaNode;
import java.io.IOException;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** A top-level column that is not nested. Hot. Not thread-safe. */
final class FlatScan implements ColumnScan {

  private final NestedField field;

  /** Null if the file does not have the column. */
  private final @Nullable SchemaNode leaf;

  private final @Nullable LeafValues values;
  private final Column column;
  private @Nullable LeafReader reader;

  /**
   * @param leaf the column in the file; null if it has none
   * @throws UnsupportedTableException if the file keeps it in another way than Iceberg allows
   */
  FlatScan(String location, NestedField field, @Nullable SchemaNode leaf, Column column) {
    if (leaf != null) {
      requireOnce(location, field, field.name(), leaf);
    }
    this.field = field;
    this.leaf = leaf;
    this.values = leaf == null ? null : values(location, field, field.name(), leaf);
    this.column = column;
  }

  /** How values of {@code leaf} become those of {@code field}. */
  static LeafValues values(String location, NestedField field, String path, SchemaNode leaf) {
    LeafValues values = leaf.isLeaf() ? LeafValues.of(field.type(), leaf) : null;
    if (values == null) {
      throw keptOtherwise(location, field, path, leaf);
    }
    return values;
  }

  /** That a column of the file is not a list by itself. */
  static void requireOnce(String location, NestedField field, String path, SchemaNode node) {
    if (node.isRepeated()) {
      throw keptOtherwise(location, field, path, node);
    }
  }

  static UnsupportedTableException keptOtherwise(
      String location, NestedField field, String path, SchemaNode node) {
    return new UnsupportedTableException(
        "Column '"
            + path
            + "' of type "
            + field.type()
            + " is kept as "
            + (node.isLeaf() ? node.physicalType() : "a group of columns")
            + (node.isRepeated() ? ", repeated," : "")
            + " in "
            + location
            + ", which Iceberg does not allow",
        path,
        null);
  }

  boolean isInFile() {
    return leaf != null;
  }

  @Override
  public void begin(ParquetInput file, ParquetInput.Source source, int rowGroup)
      throws IOException {
    reader = leaf == null ? null : file.reader(source, rowGroup, leaf);
  }

  @Override
  public void fill(long firstRow, int rows) throws IOException {
    column.truncate(0);
    if (reader == null || values == null) {
      Constants.add(field.initialDefault(), column, rows);
      return;
    }
    while (column.size() < rows) {
      if (reader.next(rows - column.size()) == 0) {
        throw new IOException("Column '" + field.name() + "' has fewer rows than the file");
      }
      values.add(reader, column, 0);
    }
  }
}
