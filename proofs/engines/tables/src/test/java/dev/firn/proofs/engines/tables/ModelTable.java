package dev.firn.proofs.engines.tables;

import dev.firn.Firn;
import dev.firn.api.WriterOptions;
import dev.firn.proofs.engines.CellText;
import dev.firn.proofs.engines.CellType;
import dev.firn.proofs.engines.Predicate;
import dev.firn.proofs.engines.TableFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A table written by Firn, and beside it the records that it was given: what it must hold is worked
 * out from these by field id, whatever became of the schema since, and never read back.
 */
final class ModelTable implements AutoCloseable {

  private final Table table;
  private final String branch;
  private final boolean control;
  private final List<Record> records = new ArrayList<>();
  private RowsWriter writer;

  private ModelTable(Table table, String branch, boolean control) {
    this.table = table;
    this.branch = branch;
    this.control = control;
    open();
  }

  /** A new table, and a writer that stays open on it. */
  static ModelTable create(
      Catalog catalog,
      String name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Map<String, String> properties,
      boolean control) {
    Table table =
        Firn.createTableIfAbsent(
            catalog, TableIdentifier.parse(name), schema, spec, order, properties);
    return new ModelTable(table, WriterOptions.MAIN_BRANCH, control);
  }

  /** The same table, one of its branches: it begins with the rows of main. */
  ModelTable branch(String name) {
    ModelTable other = new ModelTable(table, name, control);
    other.records.addAll(records);
    return other;
  }

  private void open() {
    writer = control ? new ControlRows(table, branch) : new FirnRows(table, branch);
  }

  /** One commit of the open writer. */
  void commit(List<Record> rows) {
    writer.commit(rows);
    records.addAll(rows);
  }

  /** A writer that sees today's schema. */
  void reopen() {
    writer.close();
    table.refresh();
    open();
  }

  /** The schema as the table has it now, with the field ids that creation gave it. */
  Schema schema() {
    return table.schema();
  }

  Table table() {
    return table;
  }

  /** What a column must hold, row by row. */
  List<Object> values(String column) {
    NestedField field = table.schema().findField(column);
    List<Object> values = new ArrayList<>();
    records.forEach(record -> values.add(value(record, field)));
    return values;
  }

  /** Everything that can be asked, with most predicates on the second column. */
  TableFacts facts() {
    table.refresh();
    Map<String, CellType> columns = new LinkedHashMap<>();
    List<Predicate> predicates = new ArrayList<>();
    for (NestedField field : table.schema().columns()) {
      columns.put(field.name(), type(field.type()));
      predicates.addAll(
          ModelPredicates.of(
              field.name(),
              field.type(),
              columns.get(field.name()),
              values(field.name()),
              columns.size() == 2));
    }
    List<List<String>> rows = new ArrayList<>();
    for (Record record : records) {
      List<String> cells = new ArrayList<>();
      for (NestedField field : table.schema().columns()) {
        cells.add(CellText.of(type(field.type()), plain(field.type(), value(record, field))));
      }
      rows.add(cells);
    }
    return new TableFacts(
        table.name().substring(table.name().indexOf('.') + 1), branch, columns, rows, predicates);
  }

  /** The values of a record in the classes of the JDK. */
  static List<Object> cells(Schema schema, Record record) {
    List<Object> cells = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      cells.add(plain(field.type(), value(record, field)));
    }
    return cells;
  }

  /** The value of a field in a record that may be older than the field. */
  private static Object value(Record record, NestedField field) {
    List<NestedField> known = record.struct().fields();
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).fieldId() == field.fieldId()) {
        return record.get(i);
      }
    }
    return field.initialDefault();
  }

  /** Without classes of Iceberg; structs as lists. */
  private static Object plain(Type type, Object value) {
    if (value == null || type.isPrimitiveType()) {
      return value;
    } else if (type.isStructType()) {
      List<Object> fields = new ArrayList<>();
      for (NestedField field : type.asStructType().fields()) {
        fields.add(plain(field.type(), value((Record) value, field)));
      }
      return fields;
    } else if (type.isListType()) {
      List<Object> elements = new ArrayList<>();
      ((List<?>) value).forEach(e -> elements.add(plain(type.asListType().elementType(), e)));
      return elements;
    }
    Map<Object, Object> entries = new LinkedHashMap<>();
    Types.MapType map = type.asMapType();
    ((Map<?, ?>) value)
        .forEach((k, v) -> entries.put(plain(map.keyType(), k), plain(map.valueType(), v)));
    return entries;
  }

  static CellType type(Type type) {
    return switch (type.typeId()) {
      case STRUCT ->
          new CellType(
              "struct",
              "",
              type.asStructType().fields().stream().map(field -> type(field.type())).toList());
      case LIST -> new CellType("list", "", List.of(type(type.asListType().elementType())));
      case MAP ->
          new CellType(
              "map",
              "",
              List.of(type(type.asMapType().keyType()), type(type.asMapType().valueType())));
      case INTEGER -> CellType.parse("int");
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield new CellType("decimal", decimal.precision() + "," + decimal.scale(), List.of());
      }
      case FIXED ->
          new CellType("fixed", String.valueOf(((Types.FixedType) type).length()), List.of());
      case TIMESTAMP ->
          CellType.parse(
              ((Types.TimestampType) type).shouldAdjustToUTC() ? "timestamptz" : "timestamp");
      case TIMESTAMP_NANO ->
          CellType.parse(
              ((Types.TimestampNanoType) type).shouldAdjustToUTC()
                  ? "timestamptz_ns"
                  : "timestamp_ns");
      default -> CellType.parse(type.typeId().name().toLowerCase(Locale.ROOT));
    };
  }

  @Override
  public void close() {
    writer.close();
  }
}
