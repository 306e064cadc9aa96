package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;
import dev.firn.api.error.UnsupportedTableException;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.metrics.LoggingMetricsReporter;
import org.apache.iceberg.metrics.MetricsReporter;

/** Which tables can be committed to, and which are refused, each with its reason. */
final class WritableTable {

  /** The table property by which an operator vouches for a Hadoop table's storage. */
  static final String ALLOW_HADOOP = "firn.allow-unsafe-hadoop";

  private static final String HADOOP_OPERATIONS = "org.apache.iceberg.hadoop.HadoopTableOperations";

  private static final int OLDEST_FORMAT = 2;
  private static final int NEWEST_FORMAT = 3;

  private WritableTable() {}

  /**
   * The operations to commit with.
   *
   * @throws UnsupportedTableException if commits through {@code table} cannot work
   */
  static TableOperations operations(Table table) {
    if (!(table instanceof HasTableOperations live) || table instanceof SerializableTable) {
      throw refused(
          table.name(),
          "it is a read-only copy (" + table.getClass().getSimpleName() + ")",
          "Load the table from its catalog");
    }
    TableOperations operations = live.operations();
    if (operations instanceof StaticTableOperations
        || operations instanceof BaseTransaction.TransactionTableOperations) {
      throw refused(
          table.name(),
          "commits through it would not reach the catalog",
          "Load the table from its catalog");
    }
    return operations;
  }

  /** Where commits are reported. */
  static MetricsReporter reporter(Table table) {
    return table instanceof BaseTable base ? base.reporter() : LoggingMetricsReporter.instance();
  }

  /**
   * Checks what the table itself says.
   *
   * @throws UnsupportedTableException if Firn cannot write it safely
   */
  static void check(
      String name, TableOperations operations, TableMetadata metadata, WriterOptions options) {
    int format = metadata.formatVersion();
    if (format < OLDEST_FORMAT || format > NEWEST_FORMAT) {
      throw refused(
          name, "it is of format version " + format, "Firn writes format versions 2 and 3");
    }
    if (isHadoop(operations) && !metadata.propertyAsBoolean(ALLOW_HADOOP, false)) {
      throw refused(
          name,
          "a Hadoop table has no catalog, and on most storage two of its commits can both win",
          "Use a catalog, or set the table property "
              + ALLOW_HADOOP
              + "=true if "
              + metadata.location()
              + " has an atomic rename that never replaces a file");
    }
    String branch = options.branch();
    SnapshotRef ref = metadata.ref(branch);
    if (ref != null && ref.isTag()) {
      throw refused(name, branch + " is a tag", "Name a branch");
    }
    boolean audited =
        metadata.propertyAsBoolean(TableProperties.WRITE_AUDIT_PUBLISH_ENABLED, false);
    if (audited && branch.equals(SnapshotRef.MAIN_BRANCH)) {
      throw refused(
          name,
          TableProperties.WRITE_AUDIT_PUBLISH_ENABLED
              + " is set, and the token of a staged snapshot is not in the history of main",
          "Write to a branch and fast-forward main after the audit");
    }
  }

  /** By name: the class itself needs Hadoop to be loaded. */
  private static boolean isHadoop(TableOperations operations) {
    for (Class<?> at = operations.getClass(); at != null; at = at.getSuperclass()) {
      if (at.getName().equals(HADOOP_OPERATIONS)) {
        return true;
      }
    }
    return false;
  }

  private static UnsupportedTableException refused(String table, String why, String cure) {
    return new UnsupportedTableException(
        "Table " + table + " cannot be written: " + why + ". " + cure + ".", table, null);
  }
}
