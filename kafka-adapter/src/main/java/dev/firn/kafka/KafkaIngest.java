package dev.firn.kafka;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaStatus.State;
import dev.firn.kafka.KafkaTokens.Origin;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka topics into one Iceberg table, exactly once.
 *
 * <pre>{@code
 * KafkaOptions options =
 *     KafkaOptions.builder(WriterOptions.builder("clicks").build())
 *         .topics("clicks")
 *         .consumer(Map.of("bootstrap.servers", "localhost:9092"))
 *         .build();
 * try (KafkaIngest ingest = KafkaIngest.open(table, KafkaFormats.json(), options)) {
 *   ingest.run(); // until another thread closes it
 * }
 * }</pre>
 *
 * <p>The table's commit token holds, for each partition, the next offset to read; it becomes
 * visible with the rows. Every start and every rebalance resumes from it. The offsets that Kafka
 * has of the consumer group follow behind, for those who watch its lag.
 *
 * <p>Any number of processes may run the same ingest (same stream id, same group): Kafka shares the
 * partitions among them, and each commits the rows and positions of its own. One that wakes up
 * after its partitions have moved can commit nothing for them.
 *
 * <p>Either {@link #run} or {@link #start} reads until the ingest is closed, or the application
 * calls {@link #poll} itself, from one thread. {@link #status} and {@link #close} may be called by
 * any thread. The opener closes it.
 *
 * @since 0.1
 */
public final class KafkaIngest implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaIngest.class);

  /** How long one turn waits for records, and so how soon a close is noticed. */
  private static final Duration TURN = Duration.ofMillis(100);

  private final KafkaOptions options;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicLookup topics;
  private final Counters counters;
  private final IngestLoop loop;

  /** Completed when everything is closed; exceptionally with what stopped the ingest. */
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private volatile boolean closing;
  private volatile @Nullable RuntimeException failure;

  /** Whether a thread runs the loop, and will close it; guarded by this. */
  private boolean running;

  private KafkaIngest(
      Supplier<Table> table,
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper,
      KafkaOptions options) {
    this.options = options;
    this.counters = new Counters(options.writer().listener());
    ClientProperties properties = new ClientProperties(options);
    TableSide side = new TableSide(table, mapper, options, counters);
    TableSession first = side.open(); // a table that cannot be written is told of at once
    TopicLookup lookup = null;
    try {
      lookup = new TopicLookup(Admin.create(properties.admin()), properties.isolation());
      StartPositions positions =
          new StartPositions(
              options, new Origin(lookup.clusterId(), options.groupId()), properties.reset());
      positions.checkOrigin(first.writer().committed());
      MetadataWatch metadata = new MetadataWatch();
      this.topics = lookup;
      this.consumer =
          new KafkaConsumer<>(properties.consumer(), new ByteArrayDeserializer(), metadata);
      this.loop =
          new IngestLoop(options, consumer, metadata, topics, positions, side, first, counters);
    } catch (RuntimeException | Error e) {
      first.close();
      if (lookup != null) {
        lookup.close();
      }
      throw e;
    }
    loop.subscribe();
  }

  /**
   * Opens the table and the consumer; reads nothing yet.
   *
   * @throws dev.firn.api.error.FirnException as {@code Firn.openWriter} does, or a {@link
   *     KafkaIngestException} if the table's token is of another cluster or group
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer, or refuses the
   *     consumer's properties
   */
  public static KafkaIngest open(
      Table table, RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, KafkaOptions options) {
    return new KafkaIngest(() -> table, mapper, options);
  }

  /**
   * As {@link #open(Table, RecordMapper, KafkaOptions)}, on the table called {@code name}, which is
   * loaded anew whenever the ingest begins anew.
   */
  public static KafkaIngest open(
      Catalog catalog,
      TableIdentifier name,
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper,
      KafkaOptions options) {
    return new KafkaIngest(() -> load(catalog, name), mapper, options);
  }

  private static Table load(Catalog catalog, TableIdentifier name) {
    try {
      return catalog.loadTable(name);
    } catch (NoSuchTableException e) {
      throw new TableGoneException("There is no table " + name + ".", name.toString(), e);
    } catch (RuntimeException e) {
      throw new StorageException(
          "Table " + name + " cannot be loaded now: " + e.getMessage(), name.toString(), e);
    }
  }

  /**
   * Reads until the ingest is closed, on this thread. An interrupt closes it, too.
   *
   * @throws dev.firn.api.error.FirnException if the ingest must stop; it is closed then
   */
  public void run() {
    beginRunning();
    runUntilClosed();
  }

  /**
   * Reads until the ingest is closed, on a thread of its own. The result is completed when that has
   * ended, exceptionally with what {@link #run} would have thrown.
   */
  public CompletionStage<Void> start() {
    beginRunning();
    Thread thread =
        new Thread(
            () -> {
              try {
                runUntilClosed();
              } catch (RuntimeException e) {
                LOG.error("Stream {} has stopped: {}", options.writer().streamId(), e.getMessage());
              }
            },
            "firn-kafka-" + options.writer().streamId());
    thread.setDaemon(true);
    thread.start();
    return ended.minimalCompletionStage();
  }

  /**
   * One turn of the application's own loop: waits at most {@code timeout} for records, and takes
   * what came. To be called all the time, by one thread: it never waits for the table, and a
   * consumer that is not polled is taken for dead ({@code max.poll.interval.ms}).
   *
   * @throws dev.firn.api.error.FirnException if the ingest must stop; it is closed then
   */
  public void poll(Duration timeout) {
    if (closing) {
      throw new IllegalStateException("The ingest of " + options + " is closed");
    }
    try {
      loop.step(timeout);
    } catch (RuntimeException e) {
      throw end(e);
    }
  }

  private synchronized void beginRunning() {
    if (running || closing) {
      throw new IllegalStateException(
          "The ingest of " + options + (running ? " runs already" : " is closed"));
    }
    running = true;
  }

  private void runUntilClosed() {
    try {
      while (!closing) {
        poll(TURN);
      }
    } catch (InterruptException e) {
      LOG.info("Stream {} is closed by an interrupt", options.writer().streamId());
    } finally {
      boolean interrupted = Thread.interrupted(); // the last commit waits
      shutDown();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The ingest must stop, because of {@code problem}; returns what the application hears. */
  private RuntimeException end(RuntimeException problem) {
    RuntimeException told = asIngestProblem(problem);
    if (!(problem instanceof InterruptException)) {
      failure = told;
    }
    closing = true;
    boolean here;
    synchronized (this) {
      here = !running;
    }
    if (here) {
      shutDown();
    }
    return told;
  }

  private RuntimeException asIngestProblem(RuntimeException problem) {
    boolean refused =
        problem instanceof AuthenticationException
            || problem instanceof AuthorizationException
            || problem instanceof FencedInstanceIdException;
    return refused
        ? new KafkaIngestException(
            Kind.REFUSED,
            "Kafka refuses the consumer of stream "
                + options.writer().streamId()
                + ": "
                + problem.getMessage(),
            problem)
        : problem;
  }

  /** What it is doing, without I/O. */
  public KafkaStatus status() {
    return loop.status(state());
  }

  private State state() {
    if (failure != null) {
      return State.FAILED;
    }
    if (closing) {
      return State.CLOSED;
    }
    return loop.isFlowing() ? State.RUNNING : State.WAITING;
  }

  /**
   * Stops reading, commits what was read, at most for the close deadline of the writer's options,
   * and leaves the group. Rows that could not be committed will be read again. Harmless twice.
   */
  @Override
  public void close() {
    closing = true;
    boolean elsewhere;
    synchronized (this) {
      elsewhere = running;
      running = true;
    }
    if (elsewhere) {
      ended.exceptionally(problem -> null).join();
    } else {
      shutDown();
    }
  }

  private void shutDown() {
    if (ended.isDone()) {
      return;
    }
    try {
      loop.close();
    } finally {
      topics.close();
      RuntimeException stopped = failure;
      if (stopped == null) {
        ended.complete(null);
      } else {
        ended.completeExceptionally(stopped);
      }
    }
  }
}
