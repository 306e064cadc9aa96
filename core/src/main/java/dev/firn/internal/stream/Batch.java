package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.WriterOptions;
import dev.firn.internal.ingest.Cut;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cut on its way through the {@link CommitPipeline}, under whose lock its state changes. */
final class Batch {

  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  final Cut cut;

  /** What the waiters hold; a new one after a stall, when those who waited have been told. */
  CompletableFuture<CommitResult> result = new CompletableFuture<>();

  /** The sealed form; null until then. */
  @Nullable StagedCommit staged;

  /** Whether a commit was tried, so that the table may hold these files. */
  boolean tried;

  /** Whether a commit ended in a way that does not say what became of the files. */
  volatile boolean unexplained;

  /** Whether the writer has given it up. */
  volatile boolean dropped;

  private final CommitToken from;
  private final CommitToken to;
  private final long queuedAt = System.nanoTime();
  private long sealNanos;

  Batch(Cut cut, CommitToken from, CommitToken to) {
    this.cut = cut;
    this.from = from;
    this.to = to;
  }

  /** Seals the cut; may be called again after a failure. */
  StagedCommit seal(Executor executor, WriterOptions options) {
    long start = System.nanoTime();
    try {
      cut.seal(executor);
      return cut.stage(options.streamId(), options.branch(), from, to);
    } finally {
      sealNanos += System.nanoTime() - start;
    }
  }

  /** The sources whose rows it has. */
  Set<String> sources() {
    return to.positions().keySet();
  }

  /** {@code result}, which knows how long the commit took, with the other times of this batch. */
  CommitResult timed(CommitResult result) {
    Duration sealing = Duration.ofNanos(sealNanos);
    Duration committing = result.timings().committing();
    Duration all = Duration.ofNanos(System.nanoTime() - queuedAt);
    Duration waiting = all.minus(sealing).minus(committing);
    return new CommitResult(
        result.outcome(),
        result.snapshotId(),
        result.token(),
        result.rows(),
        result.replaced(),
        result.files(),
        result.bytes(),
        result.attempts(),
        new CommitResult.Timings(
            waiting.isNegative() ? Duration.ZERO : waiting, sealing, committing));
  }

  /** What those hear who waited for a batch that a close has given up. */
  static CancellationException givenUp(String streamId) {
    return new CancellationException(
        "The writer of stream " + streamId + " was closed before this commit was made");
  }

  /** Deletes the files of a dropped batch, unless they may be in the table. */
  void deleteFiles(StreamCommitter committer) {
    StagedCommit known = staged;
    if (!tried || known == null) {
      cut.drop();
    } else if (!unexplained) {
      try {
        committer.discard(known);
      } catch (RuntimeException e) {
        LOG.warn("The files of a dropped batch stay; no snapshot names them", e);
      }
    }
  }
}
