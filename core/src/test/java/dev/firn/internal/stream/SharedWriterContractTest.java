package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.SharedTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.WriterContract;
import java.time.Duration;
import org.apache.iceberg.Table;

class SharedWriterContractTest extends WriterContract {

  @Override
  protected boolean replays() {
    return false;
  }

  @Override
  protected Road open(Table table, RecordMapper<Long> mapper, WriterOptions options) {
    SharedTableWriter<Long> writer = Firn.openSharedWriter(table, mapper, options);
    return new Road() {
      @Override
      public long committed() {
        return writer.status().committed().position().orElse(0);
      }

      @Override
      public void append(long id) {
        if (writer.append(id) != id + 1) {
          throw new AssertionError("a gap before row " + id);
        }
      }

      @Override
      public void mark(long position) {
        // Every row is a mark.
      }

      @Override
      public void commit() {
        writer.flush(Duration.ofSeconds(20));
      }

      @Override
      public long abort() {
        throw new AssertionError("cannot replay");
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
