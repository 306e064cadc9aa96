package dev.firn.internal.encode;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.TableProperties;

/** The table's properties, where what is said for delete files stands before the rest. */
final class DeleteProperties {

  private static final String OF_DELETES = "write.delete.parquet.";
  private static final String OF_ROWS = "write.parquet.";

  private DeleteProperties() {}

  /**
   * What delete files of a table are written by.
   *
   * @param metricsMode of all their columns, whatever the table says: readers need the bounds
   */
  static Map<String, String> of(Map<String, String> table, String metricsMode) {
    Map<String, String> properties = new HashMap<>(table);
    properties.keySet().removeIf(key -> key.contains(".column.")); // of the table's own columns
    table.forEach(
        (key, value) -> {
          if (key.startsWith(OF_DELETES)) {
            properties.put(OF_ROWS + key.substring(OF_DELETES.length()), value);
          }
        });
    properties.put(TableProperties.DEFAULT_WRITE_METRICS_MODE, metricsMode);
    return properties;
  }
}
