package dev.firn.internal.convert;

import dev.firn.api.NullsInKey;
import dev.firn.internal.buffer.ColumnShape;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;

/**
 * What a table's schema means for rows in memory: the column of each field, its checks and its
 * default. Made once per schema; immutable, safe to share.
 */
public final class ConversionPlan {

  private final StructPlan root;

  private ConversionPlan(StructPlan root) {
    this.root = root;
  }

  /**
   * The plan for {@code schema}.
   *
   * @throws dev.firn.api.error.UnsupportedTableException naming the column that Firn cannot write:
   *     type variant, a type that Firn does not know, or one that Parquet cannot keep
   */
  public static ConversionPlan of(Schema schema) {
    return new ConversionPlan(StructPlan.of("", schema));
  }

  /**
   * The plan for rows of {@code schema} that are found again by a key.
   *
   * @param key the field ids of its columns, all at the top level
   * @param nulls what null means in them
   * @throws dev.firn.api.error.UnsupportedTableException as the other
   */
  public static ConversionPlan of(Schema schema, Set<Integer> key, NullsInKey nulls) {
    return new ConversionPlan(StructPlan.of("", schema).withKey(key, nulls));
  }

  /**
   * The same plan for rows of which the column with this field id, at the top level, says which one
   * of a key is newer: no row may lack it, nor may a delete.
   */
  public ConversionPlan orderedBy(int fieldId) {
    return new ConversionPlan(root.orderedBy(fieldId));
  }

  /** The shapes of the columns, in the order of the schema's fields. */
  public List<ColumnShape> shapes() {
    return root.shapes();
  }

  /** The schema that rows are written with. */
  public Schema schema() {
    return root.schema();
  }

  /** A cursor that writes rows of this plan, attached to no batch yet. */
  public RowCursor newCursor() {
    return newCursor(PartitionSpec.unpartitioned());
  }

  /** As the other; refuses rows that have no partition in {@code spec}. */
  public RowCursor newCursor(PartitionSpec spec) {
    return newCursor(spec, false);
  }

  /**
   * As the other.
   *
   * @param deletesHavePartitions whether a row that stands for the delete of its key has a
   *     partition too, so that it is refused like others; else it has none
   */
  public RowCursor newCursor(PartitionSpec spec, boolean deletesHavePartitions) {
    Rejections rejections = new Rejections();
    return new RowCursor(
        root, rejections, TruncatedDecimals.of(spec, root, rejections, deletesHavePartitions));
  }
}
