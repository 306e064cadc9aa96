package dev.firn.internal.scan;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ListColumn;
import dev.firn.internal.buffer.MapColumn;
import dev.firn.internal.buffer.StructColumn;
import dev.firn.internal.parquet.ParquetInput;
import dev.firn.internal.parquet.SchemaNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A top-level struct, list or map. The way back from Parquet's levels to columns; {@code
 * LevelShredder} is the way there. Hot. Not thread-safe.
 *
 * <p>Each leaf is read alone, as flat columns are: an entry is a slot of the leaf's column unless
 * its definition level says that a list around it is empty, or something around that is null. Then
 * come the structs, lists and maps, each by the levels of one leaf in it, its <em>witness</em>:
 * which of its entries begin a slot, whether that is null, and how many elements follow. Last are
 * the fields that the file lacks, for whose number the structs around them are needed.
 *
 * <p>All leaves of a file say the same of what is around them, so one witness is enough. That they
 * do is checked by the number of slots, for files may be damaged.
 */
final class NestedScan implements ColumnScan {

  private final String location;
  private final NestedField field;
  private final Column column;
  private final List<NestedLeaf> leaves = new ArrayList<>();
  private final Map<SchemaNode, NestedLeaf> leafOf = new HashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private final List<Missing> missing = new ArrayList<>();

  /** A struct, list or map, filled by its witness. */
  private interface Part {

    void fill();

    /** Whether what is in it has as many slots as it needs. */
    boolean isWhole();
  }

  /** A struct's field that the file lacks. */
  private record Missing(NestedField field, Column column, Column parent) {}

  /**
   * @param match finds what is in the column
   * @param node the column in the file
   * @throws dev.firn.api.error.UnsupportedTableException if the file keeps it, or something in it,
   *     in another way than Iceberg allows, or lacks something that must not be null
   */
  NestedScan(String location, NestedField field, FieldMatch match, SchemaNode node, Column column) {
    this.location = location;
    this.field = field;
    this.column = column;
    FlatScan.requireOnce(location, field, field.name(), node);
    add(field, field.name(), match, node, column);
  }

  /** Adds what is to be read for a field; returns its witness. */
  private NestedLeaf add(
      NestedField at, String path, FieldMatch match, SchemaNode node, Column into) {
    return switch (at.type().typeId()) {
      case STRUCT -> addStruct(at, path, match, node, (StructColumn) into);
      case LIST -> addList(at, path, match, node, (ListColumn) into);
      case MAP -> addMap(at, path, match, node, (MapColumn) into);
      default -> {
        NestedLeaf leaf = leaf(node);
        leaf.readInto(into, FlatScan.values(location, at, path, node));
        yield leaf;
      }
    };
  }

  private NestedLeaf addStruct(
      NestedField at, String path, FieldMatch match, SchemaNode node, StructColumn into) {
    if (node.isLeaf()) {
      throw FlatScan.keptOtherwise(location, at, path, node);
    }
    NestedLeaf witness = null;
    List<NestedField> fields = at.type().asStructType().fields();
    for (int i = 0; i < fields.size(); i++) {
      NestedField child = fields.get(i);
      String childPath = path + "." + child.name();
      Column childColumn = into.fields().get(i);
      SchemaNode found = match.find(node, child);
      if (found == null) {
        RowScan.requireDispensable(location, child, childPath);
        missing.add(new Missing(child, childColumn, into));
      } else {
        FlatScan.requireOnce(location, child, childPath, found);
        NestedLeaf leaf = add(child, childPath, match.within(child), found, childColumn);
        witness = witness == null ? leaf : witness;
      }
    }
    if (witness == null) {
      witness = leaf(node.firstLeaf());
    }
    witness.keepLevels();
    parts.add(new StructPart(witness, node, into));
    return witness;
  }

  private NestedLeaf addList(
      NestedField at, String path, FieldMatch match, SchemaNode node, ListColumn into) {
    SchemaNode element = node.element();
    if (element == null) {
      throw FlatScan.keptOtherwise(location, at, path, node);
    }
    NestedLeaf witness = addPart(at, 0, path, match, element, into.elements());
    parts.add(new ListPart(witness, node, into));
    return witness;
  }

  private NestedLeaf addMap(
      NestedField at, String path, FieldMatch match, SchemaNode node, MapColumn into) {
    SchemaNode entries = node.entries();
    if (entries == null) {
      throw FlatScan.keptOtherwise(location, at, path, node);
    }
    NestedLeaf witness = addPart(at, 0, path, match, entries.children().get(0), into.keys());
    addPart(at, 1, path, match, entries.children().get(1), into.values());
    parts.add(new MapPart(witness, node, into));
    return witness;
  }

  /** Elements, keys and values are found by where they are, as Iceberg does it. */
  private NestedLeaf addPart(
      NestedField of, int place, String path, FieldMatch match, SchemaNode node, Column into) {
    NestedField part = of.type().asNestedType().fields().get(place);
    NestedLeaf witness = add(part, path + "." + part.name(), match.within(part), node, into);
    witness.keepLevels();
    return witness;
  }

  private NestedLeaf leaf(SchemaNode node) {
    return leafOf.computeIfAbsent(
        node,
        key -> {
          NestedLeaf leaf = new NestedLeaf(key);
          leaves.add(leaf);
          return leaf;
        });
  }

  @Override
  public void begin(ParquetInput file, ParquetInput.Source source, int rowGroup)
      throws IOException {
    for (NestedLeaf leaf : leaves) {
      leaf.begin(file, source, rowGroup);
    }
  }

  @Override
  public void fill(long firstRow, int rows) throws IOException {
    column.truncate(0);
    for (NestedLeaf leaf : leaves) {
      leaf.read(rows);
    }
    for (Part part : parts) {
      part.fill();
    }
    for (Missing each : missing) {
      Constants.add(each.field.initialDefault(), each.column, each.parent.size());
    }
    boolean whole = column.size() == rows;
    for (Part part : parts) {
      whole &= part.isWhole();
    }
    if (!whole) {
      throw new IOException("The parts of column '" + field.name() + "' contradict each other");
    }
  }

  private record StructPart(NestedLeaf witness, SchemaNode node, StructColumn column)
      implements Part {

    @Override
    public void fill() {
      int[] definitions = witness.definitions();
      int[] repetitions = witness.repetitions();
      int present = node.definition();
      for (int e = 0; e < witness.entries(); e++) {
        if (repetitions[e] <= node.repetition() && definitions[e] >= node.floor()) {
          column.endSlot(definitions[e] < present);
        }
      }
    }

    @Override
    public boolean isWhole() {
      return column.fields().stream().allMatch(field -> field.size() == column.size());
    }
  }

  private record ListPart(NestedLeaf witness, SchemaNode node, ListColumn column) implements Part {

    @Override
    public void fill() {
      eachSlot(witness, node, column::endSlot);
    }

    @Override
    public boolean isWhole() {
      return column.elements().size() == (column.size() == 0 ? 0 : column.end(column.size() - 1));
    }
  }

  private record MapPart(NestedLeaf witness, SchemaNode node, MapColumn column) implements Part {

    @Override
    public void fill() {
      eachSlot(witness, node, column::endSlot);
    }

    @Override
    public boolean isWhole() {
      int entries = column.size() == 0 ? 0 : column.end(column.size() - 1);
      return column.keys().size() == entries && column.values().size() == entries;
    }
  }

  /** Hears where a list or map ends. */
  private interface Slots {
    void end(int end, boolean isNull);
  }

  /** The slots of a list or map: an entry begins one, or is an element of it, or is both. */
  private static void eachSlot(NestedLeaf witness, SchemaNode node, Slots slots) {
    int[] definitions = witness.definitions();
    int[] repetitions = witness.repetitions();
    int repetition = node.repetition();
    int present = node.definition();
    int end = 0;
    boolean open = false;
    boolean isNull = false;
    for (int e = 0; e < witness.entries(); e++) {
      int definition = definitions[e];
      if (repetitions[e] <= repetition) {
        if (open) {
          slots.end(end, isNull);
        }
        open = definition >= node.floor();
        isNull = definition < present;
      }
      if (repetitions[e] <= repetition + 1 && definition > present) {
        end++;
      }
    }
    if (open) {
      slots.end(end, isNull);
    }
  }
}
