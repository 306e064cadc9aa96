package dev.firn.internal.convert;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Which partition each row belongs to, as a small number per distinct partition. Hot; not
 * thread-safe.
 *
 * <p>Every partition field is computed for the whole batch and its distinct values are numbered;
 * then the numbers of the fields are joined pair by pair, and the pairs numbered again. So nothing
 * is boxed per row, and a {@link Partition} is made once per partition. Ordinals are given in order
 * of first appearance and stay until {@link #reset}.
 */
public final class PartitionKeys {

  /** A partition's object, values and list entry, about; strings are counted with their codes. */
  private static final int PARTITION_BYTES = 128;

  private final int specId;
  private final int valueCount;

  /** The fields that are not void. */
  private final FieldCodes[] fields;

  /** Where each of {@link #fields} stands in the partition tuple. */
  private final int[] positions;

  /** Joins the ordinals over the fields before with the codes of field {@code i + 1}. */
  private final LongCodes[] joins;

  private final List<@Nullable Partition> partitions = new ArrayList<>();
  private int count;
  private int[] ordinals = {};
  private int[] codes = {};

  private PartitionKeys(PartitionSpec spec, Schema schema) {
    this.specId = spec.specId();
    List<PartitionField> all = spec.fields();
    this.valueCount = all.size();
    List<FieldCodes> codesOfFields = new ArrayList<>();
    this.positions = new int[valueCount];
    for (int i = 0; i < valueCount; i++) {
      // The source of a void field may have been dropped, so it is not looked for.
      if (!all.get(i).transform().isVoid()) {
        positions[codesOfFields.size()] = i;
        codesOfFields.add(new FieldCodes(schema, all.get(i)));
      }
    }
    this.fields = codesOfFields.toArray(FieldCodes[]::new);
    this.joins = new LongCodes[Math.max(0, fields.length - 1)];
    Arrays.setAll(joins, i -> new LongCodes());
  }

  /**
   * The keys of {@code spec} for batches of {@code schema}'s columns.
   *
   * @throws UnsupportedTableException if a transform is not known, its source column does not exist
   *     or is inside a list or map, or manifests cannot hold its values, or tell its fields' names
   *     apart
   */
  public static PartitionKeys of(PartitionSpec spec, Schema schema) {
    spec.partitionType().fields().forEach(PartitionKeys::requireKept);
    requireNamesApart(spec);
    return new PartitionKeys(spec, schema);
  }

  /** With two fields of one name no manifest can be written. */
  private static void requireNamesApart(PartitionSpec spec) {
    NamesInFiles names = new NamesInFiles();
    for (PartitionField field : spec.fields()) {
      String other = names.take(field.name());
      if (other != null) {
        throw new UnsupportedTableException(
            "partition fields '"
                + other
                + "' and '"
                + field.name()
                + "' are both called "
                + NamesInFiles.inFiles(field.name())
                + " in Iceberg's manifests; rename one of them",
            field.name(),
            null);
      }
    }
  }

  /**
   * Iceberg makes such specs, but its manifests fail on them, and a void field has its source's
   * type too. Rows must not be taken that can never be committed.
   */
  private static void requireKept(NestedField field) {
    Type type = field.type();
    if (!type.isPrimitiveType()
        || type.typeId() == TypeID.GEOMETRY
        || type.typeId() == TypeID.GEOGRAPHY) {
      throw new UnsupportedTableException(
          "partition field '"
              + field.name()
              + "' has values of type "
              + type.typeId().name().toLowerCase(Locale.ROOT)
              + ", which no manifest can hold; remove the field from the spec",
          field.name(),
          null);
    }
  }

  /**
   * The partition of each row of {@code arrival}. The array is reused by the next call and may be
   * longer than the batch.
   */
  public int[] ordinals(RowBatch arrival) {
    int rows = arrival.rows();
    if (ordinals.length < rows) {
      ordinals = new int[rows];
      codes = new int[rows];
    }
    if (fields.length == 0) {
      count = Math.max(count, rows > 0 ? 1 : 0);
      return ordinals; // all 0
    }
    fields[0].read(arrival, ordinals);
    for (int f = 1; f < fields.length; f++) {
      fields[f].read(arrival, codes);
      join(joins[f - 1], rows);
    }
    for (int i = 0; i < rows; i++) {
      count = Math.max(count, ordinals[i] + 1);
    }
    return ordinals;
  }

  private void join(LongCodes pairs, int rows) {
    long last = -1; // no pair of codes is negative
    int lastCode = 0;
    for (int i = 0; i < rows; i++) {
      long pair = ((long) ordinals[i] << 32) | codes[i];
      if (pair != last) {
        last = pair;
        lastCode = pairs.code(pair);
      }
      ordinals[i] = lastCode;
    }
  }

  /** How many partitions were seen: the ordinals are below this. */
  public int count() {
    return count;
  }

  /** The partition of an ordinal; the same object each time. */
  public Partition partition(int ordinal) {
    if (ordinal >= count) {
      throw new IllegalArgumentException("no partition " + ordinal + ", there are " + count);
    }
    while (partitions.size() <= ordinal) {
      partitions.add(null);
    }
    Partition partition = partitions.get(ordinal);
    if (partition == null) {
      partition = newPartition(ordinal);
      partitions.set(ordinal, partition);
    }
    return partition;
  }

  private Partition newPartition(int ordinal) {
    @Nullable Object[] values = new Object[valueCount];
    int left = ordinal;
    for (int f = fields.length - 1; f >= 0; f--) {
      int code = left;
      if (f > 0) {
        long pair = joins[f - 1].key(left);
        code = (int) pair;
        left = (int) (pair >>> 32);
      }
      values[positions[f]] = fields[f].value(code);
    }
    return new Partition(specId, values);
  }

  /** Forgets all partitions; ordinals start from 0 again. */
  public void reset() {
    for (FieldCodes field : fields) {
      field.reset();
    }
    Arrays.setAll(joins, i -> new LongCodes());
    partitions.clear();
    count = 0;
  }

  /** Heap that grows with the number of partitions seen, about. */
  public long heapBytes() {
    long total = (long) PARTITION_BYTES * count + 8L * ordinals.length;
    for (FieldCodes field : fields) {
      total += field.heapBytes();
    }
    for (LongCodes join : joins) {
      total += join.heapBytes();
    }
    return total;
  }
}
