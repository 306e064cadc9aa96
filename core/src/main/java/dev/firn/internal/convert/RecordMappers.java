package dev.firn.internal.convert;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/** The ready-made mappers. Each call makes a new one; a mapper belongs to one writer. */
public final class RecordMappers {

  private RecordMappers() {}

  /**
   * Iceberg's records, field by field of the same name. A record without a column leaves it unset;
   * a record's field without a column rejects the record. Null is written as null where the column
   * is optional; a required column takes its write default instead, for an Iceberg record cannot
   * tell null from not set.
   */
  public static RecordMapper<Record> forRecords() {
    return new OfRecords();
  }

  /**
   * Maps by column name. A key that is missing leaves its column unset (write default, else null);
   * a key without a column rejects the record. Struct columns take maps of their own, map columns
   * any map, list columns any {@code Iterable} or object array.
   */
  public static RecordMapper<Map<String, ?>> forMaps() {
    return new OfMaps();
  }

  /**
   * Java records, a component for each column of the same name; a component in camelCase also
   * stands for a column in snake_case. Components may be records (struct columns), lists and maps
   * of them, and {@code Optional}s (empty is null); primitives are not boxed.
   *
   * <p>{@link RecordMapper#bind} throws {@link dev.firn.api.error.UnsupportedTableException} if the
   * table has no column for a component, or the record no component for a required column without
   * write default.
   *
   * @throws IllegalArgumentException if the record's components cannot be read, because its module
   *     does not open its package to Firn
   */
  public static <T extends java.lang.Record> RecordMapper<T> forJavaRecords(Class<T> type) {
    return new JavaRecordMapper<>(type);
  }

  private abstract static class OfNames<T> implements RecordMapper<T> {

    private @Nullable NamedFields fields;

    @Override
    public void bind(Schema schema) {
      fields = new NamedFields(schema);
    }

    final NamedFields fields(RowAppender row) {
      if (fields == null) {
        bind(row.schema());
      }
      return Objects.requireNonNull(fields);
    }
  }

  private static final class OfRecords extends OfNames<Record> {

    @Override
    public void map(Record record, RowAppender row) {
      fields(row).writeRecord(record, row);
    }
  }

  private static final class OfMaps extends OfNames<Map<String, ?>> {

    @Override
    public void map(Map<String, ?> record, RowAppender row) {
      fields(row).writeMap(record, row);
    }
  }
}
