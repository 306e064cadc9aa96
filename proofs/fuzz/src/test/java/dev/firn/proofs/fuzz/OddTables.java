package dev.firn.proofs.fuzz;

import dev.firn.testkit.MemoryCatalog;
import dev.firn.testkit.RowModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Tables of random schemas, with odd names and odd ids, partitioned and sorted by anything. */
final class OddTables {

  private static final int MAX_ID = 1_000_000_000;

  private final Script script;
  private final RowModel model;
  private final Set<Integer> ids = new HashSet<>();

  OddTables(Script script, RowModel model) {
    this.script = script;
    this.model = model.without(TypeID.VARIANT);
  }

  /** Null if Iceberg does not make such a table. */
  @Nullable Table create(MemoryCatalog catalog, TableIdentifier name) {
    int version = 2 + script.below(2);
    Schema schema;
    PartitionSpec spec;
    SortOrder order;
    TableMetadata metadata;
    String location = "/memory/odd";
    try {
      schema = schema(version);
      spec = spec(schema);
      order = order(schema);
      metadata =
          TableMetadata.buildFromEmpty(version)
              .assignUUID()
              .setLocation(location)
              .setCurrentSchema(
                  schema,
                  TypeUtil.indexById(schema.asStruct()).keySet().stream()
                      .mapToInt(Integer::intValue)
                      .max()
                      .orElse(0))
              .setDefaultPartitionSpec(spec)
              .setDefaultSortOrder(order)
              .build();
      String file = location + "/metadata/0.metadata.json";
      TableMetadataParser.write(metadata, catalog.io().newOutputFile(file));
      return catalog.registerTable(name, file);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private Schema schema(int version) {
    Schema plain = model.schema(version, 1 + script.below(5), script.below(4));
    List<NestedField> fields = new ArrayList<>();
    fields.add(NestedField.required(id(), "n", Types.LongType.get()));
    Set<String> names = new TreeSet<>(Set.of("n"));
    for (NestedField field : plain.columns()) {
      fields.add(renamed(field, names));
    }
    return new Schema(fields);
  }

  private NestedField renamed(NestedField field, Set<String> names) {
    String name = OddNames.draw(script);
    while (!names.add(name)) {
      name += "_";
    }
    Type type = renamed(field.type());
    return field.isOptional()
        ? NestedField.optional(id(), name, type)
        : NestedField.required(id(), name, type);
  }

  private Type renamed(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> {
        Set<String> names = new TreeSet<>();
        List<NestedField> fields = new ArrayList<>();
        for (NestedField field : type.asStructType().fields()) {
          fields.add(renamed(field, names));
        }
        yield Types.StructType.of(fields);
      }
      case LIST -> {
        Types.ListType list = type.asListType();
        Type element = renamed(list.elementType());
        yield list.isElementOptional()
            ? Types.ListType.ofOptional(id(), element)
            : Types.ListType.ofRequired(id(), element);
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        Type value = renamed(map.valueType());
        yield map.isValueOptional()
            ? Types.MapType.ofOptional(id(), id(), map.keyType(), value)
            : Types.MapType.ofRequired(id(), id(), map.keyType(), value);
      }
      default -> type;
    };
  }

  private int id() {
    int id;
    do {
      id = 1 + (script.oneIn(4) ? (script.number() & Integer.MAX_VALUE) % MAX_ID : ids.size());
    } while (!ids.add(id) && !script.isOver());
    ids.add(id);
    return id;
  }

  private PartitionSpec spec(Schema schema) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    for (int i = script.below(4); i > 0; i--) {
      String source = column(schema);
      String name = script.flag() ? OddNames.draw(script) : "p" + i;
      switch (script.below(8)) {
        case 0 -> spec.bucket(source, 1 + script.below(100), name);
        case 1 -> spec.truncate(source, 1 + script.below(100), name);
        case 2 -> spec.year(source, name);
        case 3 -> spec.month(source, name);
        case 4 -> spec.day(source, name);
        case 5 -> spec.hour(source, name);
        case 6 -> spec.alwaysNull(source, name);
        default -> {
          if (isNested(schema, source)) {
            spec.bucket(source, 5, name);
          } else {
            spec.identity(source, name);
          }
        }
      }
    }
    return spec.build();
  }

  /**
   * Readers take an identity partition from metadata, not from the file; if nothing else of the
   * struct around it is in the file, they cannot tell that the struct is null.
   */
  private static boolean isNested(Schema schema, String source) {
    return !schema.columns().contains(schema.findField(source));
  }

  private SortOrder order(Schema schema) {
    SortOrder.Builder order = SortOrder.builderFor(schema);
    for (int i = script.below(3); i > 0; i--) {
      String source = column(schema);
      Term term =
          switch (script.below(4)) {
            case 0 -> Expressions.bucket(source, 7);
            case 1 -> Expressions.truncate(source, 5);
            case 2 -> Expressions.day(source);
            default -> Expressions.ref(source);
          };
      if (script.flag()) {
        order.asc(term);
      } else {
        order.desc(term);
      }
    }
    return order.build();
  }

  /** Any field by its full name, nested ones too. */
  private String column(Schema schema) {
    List<String> names = new ArrayList<>(TypeUtil.indexByName(schema.asStruct()).keySet());
    return names.get(script.below(names.size()));
  }
}
