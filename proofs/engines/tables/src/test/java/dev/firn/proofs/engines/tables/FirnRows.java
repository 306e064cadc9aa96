package dev.firn.proofs.engines.tables;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/** Firn's writer, which stays open from commit to commit. */
final class FirnRows implements RowsWriter {

  private final StreamingTableWriter<Record> writer;
  private long position;

  FirnRows(Table table, String branch) {
    writer =
        Firn.openWriter(
            table,
            Firn.recordMapper(),
            WriterOptions.builder("engines-" + branch)
                .branch(branch)
                .commitPolicy(CommitPolicy.manual())
                .build());
    position = writer.committed().position().orElse(0);
  }

  @Override
  public void commit(List<Record> rows) {
    rows.forEach(writer::append);
    position += rows.size();
    writer.mark(position);
    writer.commit();
  }

  @Override
  public void close() {
    writer.close();
  }
}
