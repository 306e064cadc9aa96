package dev.firn.kafka;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.kafka.KafkaIngestException.Kind;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what trouble means: stop, wait for Kafka, or begin anew from the table; and when work may
 * be tried again. The polling thread's own, but for {@link #last}.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /**
   * What may be gone when the table is opened anew and its positions are read again. A fenced
   * writer too: its partitions may be ours again, and Kafka knows whether they are.
   */
  private static final List<Class<? extends RuntimeException>> WORTH_A_TRY =
      List.of(
          StorageException.class,
          CommitConflictException.class,
          CommitUnknownException.class,
          StaleTokenException.class,
          WriterFencedException.class,
          WriterFailedException.class,
          WriterInterruptedException.class,
          BufferFullException.class);

  private final String stream;
  private final Duration patience;
  private final Outage table = new Outage();
  private final Outage cluster = new Outage();
  private long nextTry = System.nanoTime();

  Recovery(KafkaOptions options) {
    this.stream = options.writer().streamId();
    this.patience = options.patience();
  }

  /**
   * Returns whether the writer is to be given up.
   *
   * @throws RuntimeException if the ingest must stop
   */
  boolean mustBeginAnew(Throwable problem) {
    if (problem instanceof RetriableException) {
      LOG.info("Stream {} waits for Kafka: {}", stream, problem.toString());
      waitForCluster(problem);
      return false;
    }
    if (WORTH_A_TRY.stream().noneMatch(kind -> kind.isInstance(problem))) {
      throw problem instanceof RuntimeException known ? known : new IllegalStateException(problem);
    }
    waitNanos(table.failed(problem, System.nanoTime()));
    if (table.lasting().compareTo(patience) > 0) {
      throw new KafkaIngestException(
          Kind.GAVE_UP,
          "Stream "
              + stream
              + " gave up after "
              + table.lasting()
              + " without a commit: "
              + problem.getMessage(),
          problem);
    }
    LOG.warn("Stream {} begins anew from the table: {}", stream, problem.toString());
    return true;
  }

  void waitForCluster(Throwable problem) {
    waitNanos(cluster.failed(problem, System.nanoTime()));
  }

  void waitNanos(long nanos) {
    nextTry = System.nanoTime() + nanos;
  }

  boolean isTimeToTry() {
    return System.nanoTime() - nextTry >= 0;
  }

  void clusterAnswered() {
    cluster.over();
  }

  void committed() {
    table.over();
  }

  /** The last trouble; null once a commit has landed, or the cluster has answered. Any thread. */
  @Nullable Throwable last() {
    Throwable last = table.last();
    return last != null ? last : cluster.last();
  }
}
