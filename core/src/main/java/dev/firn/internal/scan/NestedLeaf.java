package dev.firn.internal.scan;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.parquet.LeafReader;
import dev.firn.internal.parquet.ParquetInput;
import dev.firn.internal.parquet.SchemaNode;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A leaf of a nested column: its values, its levels, or both. Hot. Not thread-safe. */
final class NestedLeaf {

  private final SchemaNode node;
  private @Nullable Column column;
  private @Nullable LeafValues values;
  private boolean keepsLevels;
  private @Nullable LeafReader reader;

  private int[] definitions = {};
  private int[] repetitions = {};
  private int entries;

  NestedLeaf(SchemaNode node) {
    this.node = node;
  }

  /** Its values are wanted. */
  void readInto(Column into, LeafValues by) {
    column = into;
    values = by;
  }

  /** Its levels are wanted. */
  void keepLevels() {
    keepsLevels = true;
  }

  void begin(ParquetInput file, ParquetInput.Source source, int rowGroup) throws IOException {
    reader = file.reader(source, rowGroup, node);
  }

  /** Reads the entries of the next rows. */
  void read(int rows) throws IOException {
    LeafReader from = reader;
    if (from == null) {
      throw new IllegalStateException("no row group was begun");
    }
    entries = 0;
    int left = rows;
    while (from.next(left) > 0) {
      left -= from.rowsBegun();
      if (keepsLevels) {
        copyLevels(from);
      }
      if (column != null && values != null) {
        values.add(from, column, node.floor());
      }
    }
    if (left > 0) {
      throw new IOException("Column '" + node.name() + "' has fewer rows than the file");
    }
  }

  private void copyLevels(LeafReader from) {
    int count = from.to() - from.from();
    if (entries + count > definitions.length) {
      int capacity = Math.max(entries + count, 2 * definitions.length);
      definitions = Arrays.copyOf(definitions, capacity);
      repetitions = Arrays.copyOf(repetitions, capacity);
    }
    System.arraycopy(from.definitions(), from.from(), definitions, entries, count);
    if (node.repetition() > 0) {
      System.arraycopy(from.repetitions(), from.from(), repetitions, entries, count);
    }
    entries += count;
  }

  /** How many entries the rows read last have. */
  int entries() {
    return entries;
  }

  /** Their definition levels. Not to be changed. */
  int[] definitions() {
    return definitions;
  }

  /** Their repetition levels. Not to be changed. */
  int[] repetitions() {
    return repetitions;
  }
}
