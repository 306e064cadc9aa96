package dev.firn.internal.ingest;

import dev.firn.api.CommitResult;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.RecordRejectedException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's listener, kept from breaking the writer: what it throws is logged, and it hears
 * of one commit at a time.
 */
public final class GuardedListener implements WriterListener {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  private final WriterListener listener;
  private final String streamId;

  private GuardedListener(WriterListener listener, String streamId) {
    this.listener = listener;
    this.streamId = streamId;
  }

  /** {@code options} with their listener guarded. */
  public static WriterOptions in(WriterOptions options) {
    return options.toBuilder()
        .listener(new GuardedListener(options.listener(), options.streamId()))
        .build();
  }

  @Override
  public void committed(CommitResult result) {
    ofCommits(() -> listener.committed(result));
  }

  @Override
  public void commitFailed(FirnException failure) {
    ofCommits(() -> listener.commitFailed(failure));
  }

  @Override
  public void commitRetried(int attempt, String reason) {
    ofCommits(() -> listener.commitRetried(attempt, reason));
  }

  @Override
  public void expired(int snapshots) {
    ofCommits(() -> listener.expired(snapshots));
  }

  @Override
  public void indexProgress(long rowsRead, long rowsTotal) {
    guarded(() -> listener.indexProgress(rowsRead, rowsTotal));
  }

  @Override
  public void rejected(RecordRejectedException rejection) {
    guarded(() -> listener.rejected(rejection));
  }

  @Override
  public void blocked(Duration waited) {
    guarded(() -> listener.blocked(waited));
  }

  @Override
  public void dropped(long rows) {
    guarded(() -> listener.dropped(rows));
  }

  /** Sealing may fail while an earlier batch commits: these events come from two threads. */
  private synchronized void ofCommits(Runnable event) {
    guarded(event);
  }

  private void guarded(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("The listener of stream {} threw; ignored", streamId, e);
    }
  }
}
