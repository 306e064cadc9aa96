package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.internal.commit.SnapshotCommitter;
import java.util.List;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** A committer that one writer has for itself: each batch is a snapshot, at once. */
record OwnCommitter(SnapshotCommitter committer) implements StreamCommitter {

  @Override
  public void commit(Batch batch, StagedCommit staged, Ending ending) {
    @Nullable CommitResult result = null;
    @Nullable Throwable problem = null;
    try {
      result = committer.commit(List.of(staged));
    } catch (RuntimeException | Error e) {
      problem = e;
    }
    ending.ended(result, problem);
  }

  @Override
  public void discard(StagedCommit staged) {
    committer.discard(List.of(staged));
  }

  @Override
  public void housekeep() {
    committer.housekeep();
  }

  @Override
  public CommitToken claim(Iterable<String> sources, long generation) {
    return committer.claim(sources, generation);
  }

  @Override
  public void release(Iterable<String> sources) {
    committer.release(sources);
  }

  @Override
  public CommitToken committed() {
    return committer.committed();
  }

  @Override
  public TableMetadata base() {
    return committer.base();
  }

  @Override
  public void close() {
    committer.close();
  }
}
