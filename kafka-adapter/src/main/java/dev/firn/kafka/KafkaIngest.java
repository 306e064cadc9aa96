package dev.firn.kafka;

import dev.firn.api.record.RecordMapper;
import dev.firn.kafka.KafkaIngestException.Kind;
import dev.firn.kafka.KafkaStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
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
 * <p>With a key ({@link dev.firn.api.WriterOptions.Builder#upsertBy}) the table holds the last
 * state of each key: a value is upserted, and a tombstone deletes the row of its key, which {@link
 * dev.firn.kafka.format.KafkaFormats#keyed} reads. Kafka keeps the order of a partition and of
 * nothing else, so the records of a key must all be in one partition; a topic that gets more of
 * them stops the ingest ({@link KafkaOptions.Builder#whenTopicGrows}). Each process reads the keys
 * of the whole table when it is opened, and keeps them.
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
  private final Counters counters;
  private final IngestLoops loops;

  /** Completed when everything is closed; exceptionally with what stopped the ingest. */
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private volatile boolean closing;
  private volatile @Nullable Throwable failure;

  /** Whether threads run the loops, and will close them; guarded by this. */
  private boolean running;

  /** The threads that run loops. */
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /** Held while the application polls: a close by another thread waits for the turn's end. */
  private final ReentrantLock turn = new ReentrantLock();

  private KafkaIngest(
      IngestTable table,
      Supplier<RecordMapper<ConsumerRecord<byte[], byte[]>>> mappers,
      KafkaOptions options) {
    this.options = options;
    this.counters = new Counters(options.writer().listener());
    this.loops = IngestLoops.open(table, mappers, options, counters);
  }

  /**
   * Opens the table and the consumers; reads nothing yet.
   *
   * @throws dev.firn.api.error.FirnException as {@code Firn.openWriter} does, or a {@link
   *     KafkaIngestException} if the table's token is of another cluster or group
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer, or refuses the
   *     consumer's properties
   */
  public static KafkaIngest open(
      Table table, RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, KafkaOptions options) {
    return new KafkaIngest(new IngestTable.Given(table), single(mapper, options), options);
  }

  /**
   * As {@link #open(Table, RecordMapper, KafkaOptions)}, with a mapper for each consumer: mappers
   * hold what they read with, so two consumers cannot share one.
   */
  public static KafkaIngest open(
      Table table,
      Supplier<RecordMapper<ConsumerRecord<byte[], byte[]>>> mappers,
      KafkaOptions options) {
    return new KafkaIngest(new IngestTable.Given(table), mappers, options);
  }

  /**
   * As {@link #open(Table, RecordMapper, KafkaOptions)}, on the table called {@code name}, which is
   * loaded anew whenever an ingest with one consumer that only appends begins anew.
   */
  public static KafkaIngest open(
      Catalog catalog,
      TableIdentifier name,
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper,
      KafkaOptions options) {
    return new KafkaIngest(new IngestTable.Named(catalog, name), single(mapper, options), options);
  }

  /** As {@link #open(Catalog, TableIdentifier, RecordMapper, KafkaOptions)}, a mapper for each. */
  public static KafkaIngest open(
      Catalog catalog,
      TableIdentifier name,
      Supplier<RecordMapper<ConsumerRecord<byte[], byte[]>>> mappers,
      KafkaOptions options) {
    return new KafkaIngest(new IngestTable.Named(catalog, name), mappers, options);
  }

  private static Supplier<RecordMapper<ConsumerRecord<byte[], byte[]>>> single(
      RecordMapper<ConsumerRecord<byte[], byte[]>> mapper, KafkaOptions options) {
    if (options.consumers() > 1) {
      throw new IllegalArgumentException(
          options.consumers()
              + " consumers cannot share one mapper: pass a supplier of mappers, for instance"
              + " KafkaFormats::json");
    }
    return () -> mapper;
  }

  /**
   * Reads until the ingest is closed, on this thread (and one more for each further consumer). An
   * interrupt closes it, too.
   *
   * @throws dev.firn.api.error.FirnException if the ingest must stop; it is closed then
   */
  public void run() {
    beginRunning();
    runUntilClosed();
  }

  /**
   * Reads until the ingest is closed, on threads of its own. The result is completed when that has
   * ended, exceptionally with what {@link #run} would have thrown.
   */
  public CompletionStage<Void> start() {
    beginRunning();
    thread(
            0,
            () -> {
              try {
                runUntilClosed();
              } catch (RuntimeException | Error e) {
                LOG.error("Stream {} has stopped: {}", options.writer().streamId(), e.getMessage());
              }
            })
        .start();
    return ended.minimalCompletionStage();
  }

  /**
   * One turn of the application's own loop: waits at most {@code timeout} for records, and takes
   * what came. To be called all the time, by one thread: it never waits for the table, and a
   * consumer that is not polled is taken for dead ({@code max.poll.interval.ms}). For one consumer
   * only.
   *
   * @throws dev.firn.api.error.FirnException if the ingest must stop; it is closed then
   * @throws org.apache.kafka.common.KafkaException if the consumer cannot go on; it is closed then
   */
  public void poll(Duration timeout) {
    if (closing || options.consumers() > 1) {
      throw new IllegalStateException(
          closing
              ? "The ingest of " + options + " is closed"
              : "One thread cannot poll " + options.consumers() + " consumers: use run or start");
    }
    turn.lock();
    try {
      loops.all().get(0).step(timeout);
    } catch (RuntimeException e) {
      RuntimeException told = asIngestProblem(e);
      stopFor(told);
      throw told;
    } catch (Error e) {
      stopFor(e);
      throw e;
    } finally {
      try {
        if (closing) {
          shutDownHere(); // because of the problem, or by a close meanwhile
        }
      } finally {
        turn.unlock();
      }
    }
  }

  /** Once; with the turn, or before there is any. */
  private void shutDownHere() {
    if (ended.isDone()) {
      return;
    }
    boolean interrupted = Thread.interrupted(); // the last commit waits
    loops.closeEach();
    end();
    if (interrupted) {
      Thread.currentThread().interrupt();
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
    List<Thread> others = new ArrayList<>();
    for (int n = 1; n < loops.all().size(); n++) {
      IngestLoop loop = loops.all().get(n);
      Thread thread = thread(n, () -> run(loop));
      others.add(thread);
      thread.start();
    }
    boolean interrupted = run(loops.all().get(0));
    for (Thread other : others) {
      interrupted |= joined(other);
    }
    end();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable stopped = failure;
    if (stopped instanceof Error error) {
      throw error;
    }
    if (stopped instanceof RuntimeException problem) {
      throw problem;
    }
  }

  private Thread thread(int n, Runnable work) {
    Thread thread = new Thread(work, "firn-kafka-" + options.writer().streamId() + "-" + n);
    thread.setDaemon(true);
    return thread;
  }

  /** Runs one loop, and closes it; returns whether this thread was interrupted. */
  private boolean run(IngestLoop loop) {
    threads.add(Thread.currentThread());
    try {
      while (!closing) {
        loop.step(TURN);
      }
    } catch (InterruptException e) {
      LOG.info("Stream {} is closed by an interrupt", options.writer().streamId());
      closing = true;
    } catch (RuntimeException e) {
      stopFor(asIngestProblem(e));
    } catch (Error e) {
      stopFor(e); // or who closes the ingest waits for a thread that is no more
    }
    boolean interrupted = Thread.interrupted(); // the last commit waits
    loops.close(loop);
    threads.remove(Thread.currentThread());
    boolean hurried = Thread.interrupted(); // while it closed
    return interrupted || hurried;
  }

  private static boolean joined(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true; // each loop's close is bounded
      }
    }
  }

  /** The ingest must stop, and the application hears {@code why}. */
  private void stopFor(Throwable why) {
    if (!(why instanceof InterruptException) && failure == null) {
      failure = why;
    }
    closing = true;
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
    return loops.status(state(), counters);
  }

  private State state() {
    if (failure != null) {
      return State.FAILED;
    }
    if (closing) {
      return State.CLOSED;
    }
    return loops.all().stream().anyMatch(IngestLoop::isFlowing) ? State.RUNNING : State.WAITING;
  }

  /**
   * Stops reading, commits what was read, and leaves the group. Each of its steps (what is under
   * way, the commit, the writer) takes at most the close deadline of the writer's options. Rows
   * that could not be committed will be read again. Harmless twice.
   */
  @Override
  public void close() {
    closing = true;
    boolean elsewhere;
    synchronized (this) {
      elsewhere = running;
    }
    if (elsewhere) {
      // If a mapper or a listener closes, the loop ends after this turn.
      if (!threads.contains(Thread.currentThread())) {
        ended.exceptionally(problem -> null).join();
      }
      return;
    }
    if (!turn.isHeldByCurrentThread()) {
      turn.lock();
      try {
        shutDownHere();
      } finally {
        turn.unlock();
      }
    }
  }

  private void end() {
    try {
      loops.closeShared();
    } finally {
      Throwable stopped = failure;
      if (stopped == null) {
        ended.complete(null);
      } else {
        ended.completeExceptionally(stopped);
      }
    }
  }
}
