package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.WriterContract;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;

/** Rows are staged, shipped as bytes, and committed, several stages at once after a failure. */
class SplitRoadContractTest extends WriterContract {

  @Override
  protected Road open(Table table, RecordMapper<Long> mapper, WriterOptions options) {
    TableCommitter committer = Firn.openCommitter(table, options);
    StagingTableWriter<Long> writer = Firn.openStagingWriter(table, mapper, options);
    return new Road() {
      private final List<StagedCommit> shipped = new ArrayList<>();
      private CommitToken staged = committer.committed();
      private CommitToken marked = staged;

      @Override
      public long committed() {
        return committer.committed().position().orElse(0);
      }

      @Override
      public void append(long id) {
        writer.append(id);
      }

      @Override
      public void mark(long position) {
        marked = CommitToken.of(position);
      }

      @Override
      public void commit() {
        if (!marked.isCoveredBy(staged)) {
          StagedCommit next = writer.stage(staged, marked);
          shipped.add(StagedCommit.fromBytes(next.toBytes()));
          staged = marked;
        }
        if (!shipped.isEmpty()) {
          committer.commit(shipped);
          shipped.clear();
        }
      }

      @Override
      public long abort() {
        writer.abort();
        marked = staged;
        return staged.position().orElse(0);
      }

      @Override
      public void close() {
        writer.close();
        committer.close();
      }

      @Override
      public long bytesBuffered() {
        return writer.status().bytesBuffered();
      }
    };
  }
}
