package dev.firn.kafka;

import dev.firn.api.CommitToken;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.WriterStatus;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaStatus.State;
import dev.firn.kafka.KafkaTokens.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loops of one ingest, one for each consumer, and what they share. Several write as a group, so
 * that their rows become one commit. One that upserts does, too: a group keeps the index of the
 * table's keys when a loop gives up its writer and opens another.
 */
final class IngestLoops {

  private static final Logger LOG = LoggerFactory.getLogger(IngestLoops.class);

  private final KafkaOptions options;
  private final TopicLookup topics;
  private final @Nullable WriterGroup group;
  private final List<IngestLoop> loops = new ArrayList<>();

  private IngestLoops(KafkaOptions options, TopicLookup topics, @Nullable WriterGroup group) {
    this.options = options;
    this.topics = topics;
    this.group = group;
  }

  static IngestLoops open(
      IngestTable table,
      Supplier<RecordMapper<ConsumerRecord<byte[], byte[]>>> mappers,
      KafkaOptions options,
      Counters counters) {
    WriterOptions writing = TableSide.writing(options, counters);
    ClientProperties properties = new ClientProperties(options);
    TopicLookup topics = new TopicLookup(Admin.create(properties.admin()), properties.isolation());
    @Nullable WriterGroup group = null;
    @Nullable IngestLoops loops = null;
    try {
      if (options.consumers() > 1 || writing.key().isPresent()) {
        group = table.openGroup(writing);
      }
      loops = new IngestLoops(options, topics, group);
      loops.openEach(table, mappers, properties, writing, counters);
      return loops;
    } catch (RuntimeException | Error e) {
      if (loops != null) {
        loops.closeEach();
      }
      if (group != null) {
        group.close();
      }
      topics.close();
      throw e;
    }
  }

  private void openEach(
      IngestTable table,
      Supplier<RecordMapper<ConsumerRecord<byte[], byte[]>>> mappers,
      ClientProperties properties,
      WriterOptions writing,
      Counters counters) {
    WriterGroup together = group;
    TableSide.Opening opening =
        together == null ? mapper -> table.openWriter(mapper, writing) : together::openWriter;
    @Nullable StartPositions positions = null;
    for (int n = 0; n < options.consumers(); n++) {
      TableSide side = new TableSide(opening, mappers.get(), options, writing);
      TableSession first = side.open(); // a table that cannot be written is told of at once
      boolean opened = false;
      try {
        if (positions == null) {
          positions =
              new StartPositions(
                  options, new Origin(topics.clusterId(), options.groupId()), properties.reset());
        }
        positions.checkOrigin(first.writer().committed());
        MetadataWatch metadata = new MetadataWatch();
        IngestLoop loop =
            new IngestLoop(
                options,
                new KafkaConsumer<>(properties.consumer(n), new ByteArrayDeserializer(), metadata),
                metadata,
                topics,
                positions,
                side,
                first,
                counters);
        loops.add(loop);
        opened = true;
        loop.subscribe();
      } finally {
        if (!opened) {
          first.close();
        }
      }
    }
  }

  List<IngestLoop> all() {
    return loops;
  }

  KafkaStatus status(State state, Counters counters) {
    List<WriterStatus> writers =
        loops.stream().map(IngestLoop::writerStatus).filter(Objects::nonNull).toList();
    return new KafkaStatus(
        state,
        loops.stream()
            .map(IngestLoop::partitions)
            .flatMap(Collection::stream)
            .sorted(
                Comparator.comparing(KafkaStatus.Partition::topic)
                    .thenComparing(KafkaStatus.Partition::partition))
            .toList(),
        writers.isEmpty() ? CommitToken.none() : writers.get(0).committed(),
        counters.recordsRead.get(),
        counters.rowsCommitted.get(),
        counters.commits.get(),
        counters.commitRetries.get(),
        counters.commitTime(),
        counters.freshnessMillis.get(),
        counters.recordsRejected.get(),
        counters.recordsSkipped.get(),
        counters.reopenings.get(),
        writers.stream().mapToLong(WriterStatus::bytesBuffered).sum(),
        options.writer().memoryLimitBytes(),
        loops.stream().map(IngestLoop::trouble).filter(Objects::nonNull).findFirst());
  }

  /** Closes loops that no thread runs. */
  void closeEach() {
    loops.forEach(this::close);
  }

  /** Closes one loop, on the thread that has run it; what goes wrong in that is logged. */
  void close(IngestLoop loop) {
    try {
      loop.close();
    } catch (RuntimeException | Error e) {
      LOG.warn("Stream {}: a consumer did not close well", options.writer().streamId(), e);
    }
  }

  /** Closes what the loops share, after them. */
  void closeShared() {
    try {
      if (group != null) {
        group.close();
      }
    } finally {
      topics.close();
    }
  }
}
