package dev.firn.internal.buffer;

import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The partition tuple of a row under one partition spec: the values after the transforms, as
 * Iceberg represents them internally (e.g. {@code Integer} for days, {@code CharSequence} for
 * strings). A map key; immutable.
 */
public final class Partition implements StructLike {

  private final int specId;
  private final @Nullable Object[] values;
  private final int hash;

  /** {@code values} are not copied and must not be changed any more. */
  public Partition(int specId, @Nullable Object[] values) {
    this.specId = specId;
    this.values = values;
    this.hash = 31 * specId + Arrays.hashCode(values);
  }

  /** The partition of a file of {@code spec}, whoever wrote it. */
  public static Partition of(StructLike partition, PartitionSpec spec) {
    List<NestedField> fields = spec.partitionType().fields();
    @Nullable Object[] values = new Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = partition.get(i, fields.get(i).type().typeId().javaClass());
    }
    return new Partition(spec.specId(), values);
  }

  /** The one partition of an unpartitioned spec. */
  public static Partition unpartitioned(int specId) {
    return new Partition(specId, new Object[0]);
  }

  /** The id of the spec that the values belong to. */
  public int specId() {
    return specId;
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public <T> @Nullable T get(int position, Class<T> type) {
    return type.cast(values[position]);
  }

  @Override
  public <T> void set(int position, T value) {
    throw new UnsupportedOperationException("a partition is immutable");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Partition that
        && specId == that.specId
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
