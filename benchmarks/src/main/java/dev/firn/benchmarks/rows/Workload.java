package dev.firn.benchmarks.rows;

import dev.firn.api.record.RecordMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;

/**
 * A table and its rows. The same seed gives the same rows in every run.
 *
 * @param <R> a row as an application would have it: fields and strings
 */
public interface Workload<R> {

  String name();

  Schema schema();

  /** Rows of a full measurement. */
  int rows();

  /** Why the rows are not to be had on this machine, if so. */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /** The first {@code count} rows, or all there are if they are fewer. */
  List<R> generate(int count) throws IOException;

  /** Sets the columns by position. */
  RecordMapper<R> mapper();

  /** The row as Iceberg's generic writer takes it. */
  Record toRecord(R row);
}
