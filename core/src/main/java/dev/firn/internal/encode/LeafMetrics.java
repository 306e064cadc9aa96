package dev.firn.internal.encode;

import dev.firn.internal.parquet.ValueSummary;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.GeometryFieldMetrics;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a leaf's metrics take from the writing of it.
 *
 * @param summary counts, and the range of floats
 * @param shapes bounds of geometries; null for other types
 */
record LeafMetrics(ValueSummary summary, GeometryFieldMetrics.@Nullable Builder shapes) {

  /** The field's metrics; null if the footer knows all there is to know. */
  @Nullable FieldMetrics<?> of(Leaf leaf) {
    if (leaf.isRepeated()) {
      // Elements of lists and maps have no metrics.
      return null;
    }
    int id = leaf.fieldId();
    boolean bounds = summary.hasNumbers();
    return switch (leaf.type().typeId()) {
      case DOUBLE ->
          new FieldMetrics<>(
              id,
              summary.entries(),
              summary.nulls(),
              summary.nans(),
              bounds ? summary.lowest() : null,
              bounds ? summary.highest() : null,
              Types.DoubleType.get());
      case FLOAT ->
          new FieldMetrics<>(
              id,
              summary.entries(),
              summary.nulls(),
              summary.nans(),
              bounds ? (float) summary.lowest() : null,
              bounds ? (float) summary.highest() : null,
              Types.FloatType.get());
      case GEOMETRY -> shapes == null ? null : geometry(leaf, shapes.build());
      case GEOGRAPHY -> shapes(leaf, null, null);
      default -> null;
    };
  }

  private FieldMetrics<?> geometry(Leaf leaf, GeometryFieldMetrics built) {
    return shapes(leaf, built.lowerBound(), built.upperBound());
  }

  private FieldMetrics<?> shapes(Leaf leaf, @Nullable Object lower, @Nullable Object upper) {
    long values = summary.entries() - summary.nulls();
    Integer averageBytes = values == 0 ? null : Math.toIntExact(summary.valueBytes() / values);
    return new FieldMetrics<>(
        leaf.fieldId(),
        summary.entries(),
        summary.nulls(),
        -1L,
        lower,
        upper,
        leaf.type(),
        averageBytes);
  }
}
