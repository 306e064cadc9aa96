package dev.firn.internal.encode;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * The metrics of a data file, as Iceberg's own writer reports them.
 *
 * <p>Most come from the footer. What the footer cannot say is handed in per field: how many floats
 * are NaN, and their bounds without NaN; and how long shapes are on average and where they lie.
 */
final class FileMetrics {

  private FileMetrics() {}

  static Metrics of(
      ParquetMetadata footer, List<Leaf> leaves, List<LeafMetrics> metrics, MetricsConfig config) {
    List<FieldMetrics<?>> fields = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      FieldMetrics<?> field = metrics.get(i).of(leaves.get(i));
      if (field != null) {
        fields.add(field);
      }
    }
    return ParquetUtil.footerMetrics(footer, fields.stream(), config);
  }
}
