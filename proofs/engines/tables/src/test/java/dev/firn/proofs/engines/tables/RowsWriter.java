package dev.firn.proofs.engines.tables;

import java.util.List;
import org.apache.iceberg.data.Record;

/** Who puts rows into a table, one commit each time. */
interface RowsWriter extends AutoCloseable {

  void commit(List<Record> rows);

  @Override
  void close();
}
