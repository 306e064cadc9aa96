package dev.firn.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Pauses and resumes a consumer's partitions. A partition that is not claimed is always paused. The
 * polling thread's own, but for {@link #isOpen}.
 */
final class PartitionFlow {

  private final Consumer<byte[], byte[]> consumer;
  private final Assignment assignment;
  private volatile boolean open;

  PartitionFlow(Consumer<byte[], byte[]> consumer, Assignment assignment) {
    this.consumer = consumer;
    this.assignment = assignment;
  }

  /** Lets the claimed partitions flow. Partitions are claimed only while it is closed. */
  void open() {
    if (open) {
      return;
    }
    List<TopicPartition> held = new ArrayList<>();
    for (TopicPartition name : consumer.paused()) {
      AssignedPartition partition = assignment.get(name);
      if (partition != null && partition.isClaimed()) {
        held.add(name);
      }
    }
    if (!held.isEmpty()) {
      consumer.resume(held);
    }
    open = true;
  }

  /** Polls bring no records until it is opened. */
  void close() {
    if (open) {
      consumer.pause(consumer.assignment());
      open = false;
    }
  }

  /** No records of it before it is claimed, and no look at the offset that Kafka has of it. */
  void hold(TopicPartition name) {
    consumer.pause(List.of(name));
    consumer.seek(name, 0);
  }

  boolean isOpen() {
    return open;
  }
}
