package dev.firn.kafka;

import dev.firn.api.error.RecordRejectedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where bad records go. Positions may move past them only when they are safe there.
 *
 * <p>One thread at a time.
 */
interface BadRecordSink extends AutoCloseable {

  /** Takes over sources, as the main table's writer does. */
  void claim(Iterable<String> sources, long generation);

  /** Takes one record; does not wait until it is safe. */
  void take(String source, ConsumerRecord<byte[], byte[]> record, RecordRejectedException why);

  /** Whether records were taken that are not yet known to be safe. */
  boolean isPending();

  /** Waits until everything that was taken is safe. After a failure it may be called again. */
  void secure();

  @Override
  void close();
}
