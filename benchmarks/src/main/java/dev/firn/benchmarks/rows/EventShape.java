package dev.firn.benchmarks.rows;

import org.apache.iceberg.Schema;

/** Events of one kind, and the table that they belong into: a field for each column. */
public interface EventShape {

  String name();

  Schema schema();

  /** Events of a full measurement. */
  int rows();

  /** The column by which events are spread over partitions. */
  int keyColumn();

  /** The column that says when the event was made. */
  int timeColumn();

  /** The events from the first on; the same in every run. */
  Source open();

  /** Events without end. */
  @FunctionalInterface
  interface Source {

    /** The values of the columns as Iceberg's generics have them, null for fields left out. */
    Object[] next();
  }
}
