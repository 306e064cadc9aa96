package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.error.RecordRejectedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * An open writer, and where its bad records go: opened, claimed and given up together.
 *
 * <p>One thread at a time; handed from the polling thread to the table's and back.
 */
final class TableSession implements AutoCloseable {

  private final StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer;
  private final @Nullable BadRecordSink bad;

  TableSession(
      StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer, @Nullable BadRecordSink bad) {
    this.writer = writer;
    this.bad = bad;
  }

  StreamingTableWriter<ConsumerRecord<byte[], byte[]>> writer() {
    return writer;
  }

  void claim(Iterable<String> sources, long generation) {
    writer.claim(sources, generation);
    if (bad != null) {
      bad.claim(sources, generation);
    }
  }

  /** Whether there is a place for bad records; it has taken this one if there is. */
  boolean takeBad(
      String source, ConsumerRecord<byte[], byte[]> record, RecordRejectedException why) {
    if (bad == null) {
      return false;
    }
    bad.take(source, record, why);
    return true;
  }

  boolean hasUnsafeBadRecords() {
    return bad != null && bad.isPending();
  }

  void secureBadRecords() {
    if (bad != null) {
      bad.secure();
    }
  }

  /** Commits everything: bad records first, then the rows, which reach {@code ahead}. Waits. */
  void commitTail(CommitToken ahead) {
    secureBadRecords();
    if (!ahead.isNone()) {
      writer.mark(ahead);
    }
    writer.commit();
  }

  /** Closes both, whatever the first one says. */
  @Override
  public void close() {
    try (BadRecordSink closing = bad) {
      writer.close();
    }
  }
}
