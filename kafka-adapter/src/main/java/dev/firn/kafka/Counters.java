package dev.firn.kafka;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitResult.Outcome;
import dev.firn.api.CommitResult.Timings;
import dev.firn.api.WriterListener;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.RecordRejectedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what happens to an ingest over all its writers, and tells the application's listener. */
final class Counters implements WriterListener {

  final AtomicLong recordsRead = new AtomicLong();
  final AtomicLong rowsCommitted = new AtomicLong();
  final AtomicLong commits = new AtomicLong();
  final AtomicLong commitRetries = new AtomicLong();
  final AtomicLong recordsRejected = new AtomicLong();
  final AtomicLong recordsSkipped = new AtomicLong();
  final AtomicLong reopenings = new AtomicLong();

  final AtomicLong waitingNanos = new AtomicLong();
  final AtomicLong sealingNanos = new AtomicLong();
  final AtomicLong committingNanos = new AtomicLong();

  /** How old the oldest record was when the last commit made it visible. */
  final AtomicLong freshnessMillis = new AtomicLong();

  /** How often a writer has failed for good. */
  final AtomicLong failures = new AtomicLong();

  private final WriterListener listener;

  Counters(WriterListener listener) {
    this.listener = listener;
  }

  /** Time in commits so far, by phase. */
  Timings commitTime() {
    return new Timings(
        Duration.ofNanos(waitingNanos.get()),
        Duration.ofNanos(sealingNanos.get()),
        Duration.ofNanos(committingNanos.get()));
  }

  @Override
  public void committed(CommitResult result) {
    if (result.outcome() == Outcome.COMMITTED) {
      commits.incrementAndGet();
      rowsCommitted.addAndGet(result.rows());
      waitingNanos.addAndGet(result.timings().waiting().toNanos());
      sealingNanos.addAndGet(result.timings().sealing().toNanos());
      committingNanos.addAndGet(result.timings().committing().toNanos());
    }
    listener.committed(result);
  }

  @Override
  public void commitFailed(FirnException failure) {
    failures.incrementAndGet();
    listener.commitFailed(failure);
  }

  @Override
  public void commitRetried(int attempt, String reason) {
    commitRetries.incrementAndGet();
    listener.commitRetried(attempt, reason);
  }

  @Override
  public void expired(int snapshots) {
    listener.expired(snapshots);
  }

  @Override
  public void indexProgress(long rowsRead, long rowsTotal) {
    listener.indexProgress(rowsRead, rowsTotal);
  }

  @Override
  public void rejected(RecordRejectedException rejection) {
    listener.rejected(rejection);
  }

  @Override
  public void blocked(Duration waited) {
    listener.blocked(waited);
  }

  @Override
  public void dropped(long rows) {
    listener.dropped(rows);
  }
}
