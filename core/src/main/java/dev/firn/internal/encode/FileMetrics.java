package dev.firn.internal.encode;

import dev.firn.internal.parquet.ValueSummary;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * The metrics of a data file, as Iceberg's own writer reports them.
 *
 * <p>Most come from the footer. What the footer cannot say is handed in per field: how many floats
 * are NaN, and their bounds without NaN; and how long shapes are on average.
 */
final class FileMetrics {

  private FileMetrics() {}

  static Metrics of(
      ParquetMetadata footer,
      List<Leaf> leaves,
      List<ValueSummary> summaries,
      MetricsConfig config) {
    List<FieldMetrics<?>> fields = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      Leaf leaf = leaves.get(i);
      // Lists and maps have no metrics of their elements.
      if (!leaf.isRepeated()) {
        add(leaf, summaries.get(i), fields);
      }
    }
    return ParquetUtil.footerMetrics(footer, fields.stream(), config);
  }

  private static void add(Leaf leaf, ValueSummary summary, List<FieldMetrics<?>> fields) {
    int id = leaf.fieldId();
    boolean bounds = summary.hasNumbers();
    switch (leaf.type().typeId()) {
      case DOUBLE ->
          fields.add(
              new FieldMetrics<>(
                  id,
                  summary.entries(),
                  summary.nulls(),
                  summary.nans(),
                  bounds ? summary.lowest() : null,
                  bounds ? summary.highest() : null,
                  Types.DoubleType.get()));
      case FLOAT ->
          fields.add(
              new FieldMetrics<>(
                  id,
                  summary.entries(),
                  summary.nulls(),
                  summary.nans(),
                  bounds ? (float) summary.lowest() : null,
                  bounds ? (float) summary.highest() : null,
                  Types.FloatType.get()));
      case GEOMETRY, GEOGRAPHY -> fields.add(shapes(id, summary, leaf.type()));
      default -> {
        // The footer knows all.
      }
    }
  }

  private static FieldMetrics<?> shapes(int id, ValueSummary summary, Type type) {
    long values = summary.entries() - summary.nulls();
    Integer average = values == 0 ? null : Math.toIntExact(summary.valueBytes() / values);
    return new FieldMetrics<>(
        id, summary.entries(), summary.nulls(), -1L, null, null, type, average);
  }
}
