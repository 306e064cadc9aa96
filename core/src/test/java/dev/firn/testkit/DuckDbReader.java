package dev.firn.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.avro.AvroSchemaUtil;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Rows as DuckDB reads them from the data files: the second stranger, in C++ and with no Iceberg at
 * all, so that a file that only Java's readers forgive is noticed.
 *
 * <p>Columns are found by name, so files must have been written with today's names; a column that
 * no file has reads as null. Types that DuckDB has no plain form for ({@link #reads}) read as null
 * too. Values travel as JSON text made by SQL, which spares the driver's own conversions.
 */
public final class DuckDbReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  private DuckDbReader() {}

  /** Whether DuckDB, without extensions, shows values of this type (nested ones included). */
  public static boolean reads(Type type) {
    return switch (type.typeId()) {
      case VARIANT, GEOMETRY, GEOGRAPHY -> false;
      case STRUCT, LIST, MAP ->
          type.asNestedType().fields().stream().allMatch(field -> reads(field.type()));
      default -> true;
    };
  }

  /** The rows of the table's main branch; local files without delete files only. */
  public static List<List<@Nullable Object>> rows(Table table) {
    table.refresh();
    List<String> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (!task.deletes().isEmpty()) {
          throw new IllegalArgumentException(task.file().location() + " has deletes");
        }
        files.add(task.file().location());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.isEmpty() ? List.of() : rows(table.schema(), files);
  }

  /** The rows of some Parquet files. */
  public static List<List<@Nullable Object>> rows(Schema schema, List<String> files) {
    String source =
        files.stream()
            .map(file -> file.startsWith("file:") ? file.substring("file:".length()) : file)
            .map(DuckDbReader::text)
            .collect(Collectors.joining(", ", "read_parquet([", "], union_by_name = true)"));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      Set<String> present = columns(statement, source);
      List<String> selected = new ArrayList<>();
      for (Types.NestedField field : schema.columns()) {
        String name = AvroSchemaUtil.makeCompatibleName(field.name());
        boolean there = reads(field.type()) && present.contains(name.toLowerCase(Locale.ROOT));
        selected.add(
            there ? "to_json(" + json(field.type(), quoted(name), 0) + ")::VARCHAR" : "NULL");
      }
      String query = "SELECT " + String.join(", ", selected) + " FROM " + source;
      try (ResultSet result = statement.executeQuery(query)) {
        while (result.next()) {
          List<@Nullable Object> row = new ArrayList<>();
          for (int i = 0; i < selected.size(); i++) {
            String cell = result.getString(i + 1);
            row.add(
                cell == null ? null : cell(schema.columns().get(i).type(), JSON.readTree(cell)));
          }
          rows.add(row);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB does not read " + files, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static Set<String> columns(Statement statement, String source) throws SQLException {
    Set<String> names = new HashSet<>();
    try (ResultSet result = statement.executeQuery("DESCRIBE SELECT * FROM " + source)) {
      while (result.next()) {
        names.add(result.getString(1).toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  /** SQL for the value of {@code sql} as something that to_json turns into text without loss. */
  private static String json(Type type, String sql, int depth) {
    String plain =
        switch (type.typeId()) {
          case UNKNOWN -> "NULL";
          case BOOLEAN, STRING -> sql;
          case DATE -> "(" + sql + " - DATE '1970-01-01')::VARCHAR";
          case TIME, TIMESTAMP -> "epoch_us(" + sql + ")::VARCHAR";
          case TIMESTAMP_NANO -> "epoch_ns(" + sql + ")::VARCHAR";
          case FIXED, BINARY -> "lower(hex(" + sql + "))";
          case STRUCT -> {
            List<String> fields = new ArrayList<>();
            for (Types.NestedField field : type.asStructType().fields()) {
              String name = AvroSchemaUtil.makeCompatibleName(field.name());
              fields.add(json(field.type(), "(" + sql + ")." + quoted(name), depth));
            }
            yield "to_json(["
                + String.join(", ", fields.stream().map(f -> "to_json(" + f + ")").toList())
                + "])";
          }
          case LIST ->
              each(sql, "e" + depth, json(type.asListType().elementType(), "e" + depth, depth + 1));
          case MAP -> {
            String entry = "e" + depth;
            String key = json(type.asMapType().keyType(), entry + ".key", depth + 1);
            String value = json(type.asMapType().valueType(), entry + ".value", depth + 1);
            yield each(
                "map_entries(" + sql + ")",
                entry,
                "to_json([to_json(" + key + "), to_json(" + value + ")])");
          }
          default -> "(" + sql + ")::VARCHAR";
        };
    return type.isNestedType()
        ? "CASE WHEN " + sql + " IS NULL THEN NULL ELSE " + plain + " END"
        : plain;
  }

  private static String each(String list, String variable, String body) {
    return "to_json(list_transform(" + list + ", lambda " + variable + ": " + body + "))";
  }

  private static @Nullable Object cell(Type type, JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> json.asBoolean();
      case STRING, FIXED, BINARY -> json.asText();
      case INTEGER, LONG, DATE, TIME, TIMESTAMP, TIMESTAMP_NANO -> Long.valueOf(json.asText());
      case FLOAT -> Float.valueOf(number(json.asText()));
      case DOUBLE -> Double.valueOf(number(json.asText()));
      case DECIMAL -> new BigDecimal(json.asText());
      case UUID -> UUID.fromString(json.asText());
      case STRUCT -> {
        List<@Nullable Object> cells = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
          cells.add(cell(type.asStructType().fields().get(i).type(), json.get(i)));
        }
        yield cells;
      }
      case LIST -> {
        List<@Nullable Object> cells = new ArrayList<>();
        json.forEach(element -> cells.add(cell(type.asListType().elementType(), element)));
        yield cells;
      }
      case MAP -> {
        List<List<@Nullable Object>> entries = new ArrayList<>();
        for (JsonNode entry : json) {
          List<@Nullable Object> pair = new ArrayList<>();
          pair.add(cell(type.asMapType().keyType(), entry.get(0)));
          pair.add(cell(type.asMapType().valueType(), entry.get(1)));
          entries.add(pair);
        }
        yield Cells.sortedEntries(entries);
      }
      default -> throw new IllegalArgumentException("Not read through DuckDB: " + type);
    };
  }

  private static String number(String text) {
    return switch (text) {
      case "nan", "-nan" -> "NaN";
      case "inf" -> "Infinity";
      case "-inf" -> "-Infinity";
      default -> text;
    };
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }
}
