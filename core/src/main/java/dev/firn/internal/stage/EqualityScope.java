package dev.firn.internal.stage;

import dev.firn.api.error.UnsupportedTableException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Whether equality deletes find all older rows of their keys.
 *
 * <p>Those of an unpartitioned spec are read with every data file of the table. Those of another
 * spec are read with the files of the same spec and partition only: so the key must say what
 * partition its row is in, and there must be no file of another spec.
 */
public final class EqualityScope {

  private EqualityScope() {}

  /**
   * Checks that a key's row can be in one partition of {@code spec} only.
   *
   * @param key ids of the key's columns
   * @throws UnsupportedTableException naming the column that is missing in the key
   */
  public static void requireKeyed(Schema schema, PartitionSpec spec, Collection<Integer> key) {
    for (PartitionField field : spec.fields()) {
      if (!field.transform().isVoid() && !key.contains(field.sourceId())) {
        String column = String.valueOf(schema.findColumnName(field.sourceId()));
        throw new UnsupportedTableException(
            "Equality deletes are found in their own partition only, but the table is partitioned by"
                + " column '"
                + column
                + "' ("
                + field.name()
                + "), which is not in the key "
                + key.stream().map(schema::findColumnName).toList()
                + ": a row that moves to another partition would stay in the old one. Upsert by '"
                + column
                + "' too, write with DeleteMode.AUTO, or partition the table by columns of the key.",
            column,
            null);
      }
    }
  }

  /**
   * Checks that equality deletes of {@code spec} are read with every live data file.
   *
   * @param specs all specs of the table by id
   * @param head the snapshot that they will be on top of; null for an empty table
   * @throws UnsupportedTableException naming a spec that other live data files have
   * @throws RuntimeException of Iceberg's, if the snapshot cannot be read
   */
  public static void requireReach(
      PartitionSpec spec, Map<Integer, PartitionSpec> specs, @Nullable Snapshot head, FileIO io) {
    if (spec.isUnpartitioned() || specs.size() == 1 || head == null) {
      return;
    }
    for (ManifestFile manifest : head.dataManifests(io)) {
      if (manifest.partitionSpecId() != spec.specId()
          && (manifest.hasAddedFiles() || manifest.hasExistingFiles())) {
        throw new UnsupportedTableException(
            "Equality deletes of partition spec "
                + spec.specId()
                + " "
                + spec.fields()
                + " are not read with the data files of another one, but the table has files of spec "
                + manifest.partitionSpecId()
                + " "
                + fields(specs, manifest.partitionSpecId())
                + ": older rows of their keys would stay. Rewrite these data files to the table's"
                + " own spec (Spark's rewrite_data_files with rewrite-all=true), or write with"
                + " DeleteMode.AUTO.",
            "partition spec " + manifest.partitionSpecId(),
            null);
      }
    }
  }

  private static List<PartitionField> fields(Map<Integer, PartitionSpec> specs, int id) {
    PartitionSpec spec = specs.get(id);
    return spec == null ? List.of() : spec.fields();
  }

  /**
   * Checks the equality deletes of a staged commit against the table that it comes to.
   *
   * @throws UnsupportedTableException if they would miss rows, or readers could not apply them
   */
  public static void check(
      StagedFiles staged,
      Schema schema,
      Map<Integer, PartitionSpec> specs,
      @Nullable Snapshot head,
      FileIO io) {
    int checked = -1;
    for (DeleteFile file : staged.deletes().equality()) {
      if (file.specId() != checked) {
        checked = file.specId();
        requireColumns(schema, file);
        PartitionSpec spec = specs.get(checked);
        if (spec == null) {
          throw new UnsupportedTableException(
              "The table has no partition spec " + checked + " of staged equality deletes.",
              "partition spec " + checked,
              null);
        }
        requireKeyed(schema, spec, file.equalityFieldIds());
        requireReach(spec, specs, head, io);
      }
    }
  }

  private static void requireColumns(Schema schema, DeleteFile file) {
    for (int id : file.equalityFieldIds()) {
      if (schema.findField(id) == null) {
        throw new UnsupportedTableException(
            "The key of equality deletes has field "
                + id
                + ", but the table has no such column (any more): nobody could read it after this."
                + " Upsert by columns that are there: open the writer again.",
            "field " + id,
            null);
      }
    }
  }
}
