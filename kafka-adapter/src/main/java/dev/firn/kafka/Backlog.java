package dev.firn.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Records that were polled and not yet appended: of one poll, by partition, in order. */
final class Backlog {

  private final Deque<Chunk> chunks = new ArrayDeque<>();

  /** The records of one partition, and where they end. */
  static final class Chunk {
    final TopicPartition partition;
    final List<ConsumerRecord<byte[], byte[]>> records;

    /** Where the partition goes on: past aborted and control records too. */
    final long end;

    /** The first record that was not appended. */
    int next;

    private Chunk(
        TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long end) {
      this.partition = partition;
      this.records = records;
      this.end = end;
    }

    boolean isDone() {
      return next == records.size();
    }
  }

  void add(ConsumerRecords<byte[], byte[]> polled) {
    for (Map.Entry<TopicPartition, OffsetAndMetadata> end : polled.nextOffsets().entrySet()) {
      TopicPartition partition = end.getKey();
      chunks.add(new Chunk(partition, polled.records(partition), end.getValue().offset()));
    }
  }

  /** The chunk to go on with; null when there is none. */
  @Nullable Chunk first() {
    return chunks.peek();
  }

  void removeFirst() {
    chunks.remove();
  }

  void remove(Predicate<TopicPartition> unwanted) {
    chunks.removeIf(chunk -> unwanted.test(chunk.partition));
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }
}
