package dev.firn.benchmarks.upsert;

import java.io.IOException;
import org.apache.iceberg.Table;

/** One of those who write the same batches, each into a table of its own. */
interface Upserter extends AutoCloseable {

  String name();

  Table table();

  /** Writes a batch and commits it: all of it can be seen when this returns. */
  void write(Batch batch) throws IOException;

  @Override
  default void close() {}
}
