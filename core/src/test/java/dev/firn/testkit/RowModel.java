package dev.firn.testkit;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Random schemas and random rows for them, from a seed: every type of format version 2 or 3, nested
 * at will, with the values at which code breaks (see {@link EdgeValues}). The same seed and the
 * same calls give the same schemas and rows. Not thread-safe.
 */
public final class RowModel {

  private static final Set<TypeID> ONLY_V3 =
      EnumSet.of(
          TypeID.UNKNOWN, TypeID.TIMESTAMP_NANO, TypeID.VARIANT, TypeID.GEOMETRY, TypeID.GEOGRAPHY);

  private static final int MAX_ELEMENTS = 4;

  private final Random random;
  private final Set<TypeID> without = EnumSet.noneOf(TypeID.class);
  private double nullShare = 0.15;
  private int lastId;

  public RowModel(long seed) {
    this.random = new Random(seed);
  }

  /** Leaves types out of the schemas to come. */
  public RowModel without(TypeID... types) {
    without.addAll(List.of(types));
    return this;
  }

  /** How often an optional value is null; 0.15 by default. */
  public RowModel nullShare(double share) {
    nullShare = share;
    return this;
  }

  /** The primitive types (and variant) of a format version, with parameters at their edges. */
  public List<Type> types(int formatVersion) {
    List<Type> all =
        List.of(
            Types.BooleanType.get(),
            Types.IntegerType.get(),
            Types.LongType.get(),
            Types.FloatType.get(),
            Types.DoubleType.get(),
            Types.DecimalType.of(1, 0),
            Types.DecimalType.of(9, 2),
            Types.DecimalType.of(18, 18),
            Types.DecimalType.of(19, 4),
            Types.DecimalType.of(38, 10),
            Types.DateType.get(),
            Types.TimeType.get(),
            Types.TimestampType.withoutZone(),
            Types.TimestampType.withZone(),
            Types.StringType.get(),
            Types.UUIDType.get(),
            Types.FixedType.ofLength(1),
            Types.FixedType.ofLength(17),
            Types.BinaryType.get(),
            Types.TimestampNanoType.withoutZone(),
            Types.TimestampNanoType.withZone(),
            Types.UnknownType.get(),
            Types.VariantType.get(),
            Types.GeometryType.crs84(),
            Types.GeographyType.crs84());
    return all.stream()
        .filter(type -> formatVersion >= 3 || !ONLY_V3.contains(type.typeId()))
        .filter(type -> !without.contains(type.typeId()))
        .toList();
  }

  /**
   * One schema with all there is: each type as an optional and a required column, as the field of a
   * struct, as the element of a list and as the value of a map.
   */
  public Schema everyType(int formatVersion) {
    lastId = 0;
    List<NestedField> fields = new ArrayList<>();
    int number = 0;
    for (Type type : types(formatVersion)) {
      String name = type.typeId().name().toLowerCase(Locale.ROOT) + "_" + number++;
      fields.add(NestedField.optional(++lastId, name, type));
      if (type.typeId() != TypeID.UNKNOWN) {
        fields.add(NestedField.required(++lastId, name + "_required", type));
        fields.add(NestedField.optional(++lastId, name + "_list", list(type, true)));
        fields.add(NestedField.optional(++lastId, name + "_map", map(type, true)));
        fields.add(
            NestedField.optional(
                ++lastId,
                name + "_struct",
                Types.StructType.of(NestedField.optional(++lastId, "inner", type))));
      }
    }
    return new Schema(fields);
  }

  /** A random schema of one to {@code maxColumns} columns, nested up to {@code maxDepth} levels. */
  public Schema schema(int formatVersion, int maxColumns, int maxDepth) {
    lastId = 0;
    List<NestedField> fields = fields(formatVersion, maxColumns, maxDepth);
    if (fields.stream().allMatch(field -> field.type().typeId() == TypeID.UNKNOWN)) {
      // Parquet has no files without columns.
      fields.add(NestedField.optional(++lastId, "known", Types.LongType.get()));
    }
    return new Schema(fields);
  }

  private List<NestedField> fields(int formatVersion, int most, int depth) {
    List<NestedField> fields = new ArrayList<>();
    int count = 1 + random.nextInt(most);
    for (int i = 0; i < count; i++) {
      int id = ++lastId;
      Type type = type(formatVersion, depth);
      boolean optional = type.typeId() == TypeID.UNKNOWN || random.nextInt(3) > 0;
      fields.add(field(id, optional, "c" + id, type));
    }
    return fields;
  }

  private static NestedField field(int id, boolean optional, String name, Type type) {
    return optional ? NestedField.optional(id, name, type) : NestedField.required(id, name, type);
  }

  private Type type(int formatVersion, int depth) {
    List<Type> leaves = types(formatVersion);
    if (depth > 0 && random.nextInt(3) == 0) {
      // Parquet wants at least one leaf that is there in every group: no unknowns inside.
      Type inner;
      do {
        inner = type(formatVersion, depth - 1);
      } while (inner.typeId() == TypeID.UNKNOWN);
      switch (random.nextInt(3)) {
        case 0 -> {
          return list(inner, random.nextBoolean());
        }
        case 1 -> {
          return map(inner, random.nextBoolean());
        }
        default -> {
          List<NestedField> fields = fields(formatVersion, 3, depth - 1);
          fields.add(field(++lastId, random.nextBoolean(), "inner", inner));
          return Types.StructType.of(fields);
        }
      }
    }
    return leaves.get(random.nextInt(leaves.size()));
  }

  private Type list(Type element, boolean optional) {
    int id = ++lastId;
    return optional
        ? Types.ListType.ofOptional(id, element)
        : Types.ListType.ofRequired(id, element);
  }

  private Type map(Type value, boolean optional) {
    int key = ++lastId;
    int id = ++lastId;
    List<Type> keys =
        List.of(
            Types.StringType.get(),
            Types.IntegerType.get(),
            Types.LongType.get(),
            Types.DateType.get(),
            Types.UUIDType.get(),
            Types.DecimalType.of(9, 2));
    Type keyType = keys.get(random.nextInt(keys.size()));
    return optional
        ? Types.MapType.ofOptional(key, id, keyType, value)
        : Types.MapType.ofRequired(key, id, keyType, value);
  }

  /** {@code count} random rows. */
  public List<Record> rows(Schema schema, int count) {
    List<Record> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(schema.asStruct()));
    }
    return rows;
  }

  /** A random row, in the classes of Iceberg's generics. */
  public Record row(Types.StructType struct) {
    GenericRecord record = GenericRecord.create(struct);
    for (int i = 0; i < struct.fields().size(); i++) {
      NestedField field = struct.fields().get(i);
      record.set(i, value(field.type(), field.isOptional()));
    }
    return record;
  }

  private @Nullable Object value(Type type, boolean optional) {
    if (type.typeId() == TypeID.UNKNOWN || (optional && random.nextDouble() < nullShare)) {
      return null;
    }
    switch (type.typeId()) {
      case STRUCT -> {
        return row(type.asStructType());
      }
      case LIST -> {
        Types.ListType list = type.asListType();
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = elements(); i > 0; i--) {
          values.add(value(list.elementType(), list.isElementOptional()));
        }
        return values;
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        Map<Object, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = elements(); i > 0; i--) {
          values.put(
              EdgeValues.draw(map.keyType(), random),
              value(map.valueType(), map.isValueOptional()));
        }
        return values;
      }
      default -> {
        return EdgeValues.draw(type, random);
      }
    }
  }

  /** Often none or one: that is where levels go wrong. */
  private int elements() {
    return Math.max(0, random.nextInt(MAX_ELEMENTS + 2) - 1);
  }
}
