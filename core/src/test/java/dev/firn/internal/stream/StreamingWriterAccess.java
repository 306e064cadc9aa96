package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.resolve.KeyedTable;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What the simulations need of this room: a writer on a committer, and a table by key, of its own.
 */
public final class StreamingWriterAccess {

  private StreamingWriterAccess() {}

  /**
   * A writer whose committer {@code opening} opens.
   *
   * @param keyed the table by key, not yet open; null for the writer's own
   */
  public static <T> StreamingTableWriter<T> open(
      Table table,
      RecordMapper<T> mapper,
      WriterOptions options,
      @Nullable KeyedTable keyed,
      CommitterOpener opening) {
    return new StreamingWriter<>(
        table,
        mapper,
        options,
        Alignment.alone(),
        keyed == null ? null : new StreamKeys(keyed),
        (on, with, replacements) -> {
          SnapshotCommitter committer = opening.open(on, with, replacements);
          if (keyed != null) {
            keyed.open(committer.base());
          }
          return new OwnCommitter(committer);
        });
  }

  /**
   * A writer whose committer is anybody's.
   *
   * @param base the table's metadata as it sees it
   */
  public static <T> StreamingTableWriter<T> open(
      Table table,
      RecordMapper<T> mapper,
      WriterOptions options,
      KeyedTable keyed,
      Supplier<TableCommitter> opening,
      Supplier<TableMetadata> base) {
    return new StreamingWriter<>(
        table,
        mapper,
        options,
        Alignment.alone(),
        new StreamKeys(keyed),
        (on, with, replacements) -> {
          Anybody committer = new Anybody(opening.get(), base);
          keyed.open(committer.base());
          return committer;
        });
  }

  private record Anybody(TableCommitter committer, Supplier<TableMetadata> metadata)
      implements StreamCommitter {

    @Override
    public void commit(Batch batch, StagedCommit staged, Ending ending) {
      CommitResult result;
      try {
        result = committer.commit(staged);
      } catch (RuntimeException | Error e) {
        ending.ended(null, e);
        return;
      }
      ending.ended(result, null);
    }

    @Override
    public void discard(StagedCommit staged) {}

    @Override
    public void housekeep() {}

    @Override
    public CommitToken claim(Iterable<String> sources, long generation) {
      return committer.claim(sources, generation);
    }

    @Override
    public void release(Iterable<String> sources) {
      throw new UnsupportedOperationException("Only exclusive streams");
    }

    @Override
    public CommitToken committed() {
      return committer.committed();
    }

    @Override
    public TableMetadata base() {
      return metadata.get();
    }

    @Override
    public void close() {
      committer.close();
    }
  }
}
