package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.WriterContract;
import org.apache.iceberg.Table;

class StreamingWriterContractTest extends WriterContract {

  @Override
  protected Road open(Table table, RecordMapper<Long> mapper, WriterOptions options) {
    StreamingTableWriter<Long> writer = Firn.openWriter(table, mapper, options);
    return new Road() {
      @Override
      public long committed() {
        return writer.committed().position().orElse(0);
      }

      @Override
      public void append(long id) {
        writer.append(id);
      }

      @Override
      public void mark(long position) {
        writer.mark(position);
      }

      @Override
      public void commit() {
        writer.commit();
      }

      @Override
      public long abort() {
        writer.abort();
        return writer.status().marked().position().orElse(0);
      }

      @Override
      public void close() {
        writer.close();
      }

      @Override
      public long bytesBuffered() {
        return writer.status().bytesBuffered();
      }
    };
  }
}
