package dev.firn.testkit;

import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.LostTokenPolicy;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.WriterFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * An application whose consumers write through one {@link WriterGroup}: each has sources of its
 * own, what they hand in together is committed together, sources move between them, some close in
 * mid-commit, and now and then the whole process dies or hangs.
 */
final class SimulatedWriterGroup {

  static final String STREAM = "team";
  private static final String BRANCH = "main";
  private static final int CONSUMERS = 3;
  private static final List<String> SOURCES = List.of("t0", "t1", "t2", "t3", "t4");

  /** Its threads never start: the simulation is the only one. */
  private final ScheduledThreadPoolExecutor noTimer =
      new ScheduledThreadPoolExecutor(0, task -> null);

  private final SimulatedWorld world;
  private final Map<String, Integer> owners = new HashMap<>();
  private long generation;
  private @Nullable Process process;
  private @Nullable Process zombie;
  private boolean lost;
  private boolean settled;

  /** One event of one source. */
  private record Event(String source, long number) {}

  /** A running process; everything of it is forgotten when it dies. */
  private static final class Process {
    final WriterGroup group;
    final KeptTasks tasks;
    final List<Consumer> consumers = new ArrayList<>();

    Process(WriterGroup group, KeptTasks tasks) {
      this.group = group;
      this.tasks = tasks;
    }
  }

  /** One of its threads. */
  private static final class Consumer {
    private @Nullable StreamingTableWriter<Event> writer;
    private final Map<String, Long> next = new HashMap<>();
    private boolean toClaim = true;
  }

  SimulatedWriterGroup(SimulatedWorld world) {
    this.world = world;
    rebalance();
  }

  /**
   * Some consumers append and hand in what they have; then everything that was handed in is done.
   */
  void work() {
    Process running = process == null ? open() : process;
    if (running != null) {
      workIn(running);
    }
  }

  private void workIn(Process running) {
    try {
      feedAndCommit(running);
    } catch (ProcessDied e) {
      world.count("team: died");
      die(running);
    }
  }

  private void feedAndCommit(Process running) {
    List<CompletableFuture<CommitResult>> handedIn = new ArrayList<>();
    boolean dies = false;
    for (int i = 0; i < CONSUMERS && !dies; i++) {
      if (settled || world.random.nextInt(3) > 0) {
        dies = !feed(running, i, handedIn);
      }
    }
    if (!dies && !settled && world.random.nextInt(6) == 0) {
      close(running.consumers.get(world.random.nextInt(CONSUMERS)));
      world.count("team: closed in mid-commit");
    }
    if (dies || (!settled && world.random.nextInt(30) == 0)) {
      world.count("team: died with commits handed in");
      running.tasks.forget();
      die(running);
      return;
    }
    running.tasks.run();
    world.count("team: handed in together: " + handedIn.size());
    handedIn.forEach(this::judge);
  }

  /** One consumer's turn; false if the process died in it. */
  private boolean feed(Process running, int index, List<CompletableFuture<CommitResult>> handedIn) {
    Consumer consumer = running.consumers.get(index);
    try {
      if (consumer.writer == null) {
        consumer.writer = running.group.openWriter(this::map);
        consumer.toClaim = true;
      }
      StreamingTableWriter<Event> writer = consumer.writer;
      if (consumer.toClaim) {
        claim(consumer, writer, index);
      }
      int least = settled ? 1 : 0;
      for (Map.Entry<String, Long> source : consumer.next.entrySet()) {
        for (int rows = least + world.random.nextInt(8); rows > 0; rows--) {
          writer.append(new Event(source.getKey(), source.getValue()));
          source.setValue(source.getValue() + 1);
          writer.mark(source.getKey(), source.getValue());
        }
      }
      handedIn.add(writer.commitAsync().toCompletableFuture());
    } catch (WriterFailedException e) {
      return false; // there are no defects here: the process died in the background
    } catch (StorageException e) {
      world.count("team: StorageException");
    } catch (FirnException e) {
      world.count("team: " + e.getClass().getSimpleName());
      close(consumer);
    } catch (ServiceUnavailableException e) {
      world.count("team: not opened");
    } catch (RuntimeException e) {
      world.oracle.violation("UNEXPECTED", "a writer of a group threw " + e);
      close(consumer);
    }
    return true;
  }

  /** Rows of before are dropped, and the sources sought to the token. */
  private void claim(Consumer consumer, StreamingTableWriter<Event> writer, int index) {
    consumer.next.clear();
    writer.abort();
    List<String> mine = SOURCES.stream().filter(source -> owners.get(source) == index).toList();
    CommitToken token = writer.claim(mine, generation);
    mine.forEach(source -> consumer.next.put(source, token.position(source).orElse(0)));
    consumer.toClaim = false;
    world.count("team: claimed");
  }

  private void map(Event event, dev.firn.api.record.RowAppender row) {
    row.setString(0, STREAM).setString(1, event.source()).setLong(2, event.number());
  }

  private void judge(CompletableFuture<CommitResult> result) {
    if (!result.isDone()) {
      return; // behind an earlier one that stalled
    }
    try {
      CommitResult landed = result.join();
      world.count("team: " + landed.outcome());
      world.oracle.acknowledged(BRANCH, STREAM, landed.token());
    } catch (CancellationException e) {
      world.count("team: cancelled by a close");
    } catch (CompletionException e) {
      world.count("team: " + String.valueOf(e.getCause()).split("[:\\[]", 2)[0]);
    }
  }

  private static void close(Consumer consumer) {
    StreamingTableWriter<Event> writer = consumer.writer;
    consumer.writer = null;
    consumer.next.clear();
    if (writer != null) {
      writer.close();
    }
  }

  private @Nullable Process open() {
    int heads = world.oracle.heads(BRANCH);
    KeptTasks tasks = new KeptTasks();
    WriterOptions.Builder options =
        WriterOptions.builder(STREAM)
            .ownership(Ownership.PER_SOURCE)
            .clock(world.clock)
            .executor(tasks)
            .scheduler(noTimer)
            .commitPolicy(CommitPolicy.manual())
            .listener(world.listener)
            .blockTimeout(Duration.ZERO)
            .closeTimeout(Duration.ZERO)
            .commitTimeout(Duration.ofSeconds(world.random.nextBoolean() ? 1 : 30));
    if (lost) {
      options.lostTokenPolicy(LostTokenPolicy.resumeAt(world.oracle.head(BRANCH).token(STREAM)));
    }
    world.rollbacks(!lost);
    try {
      Process opened = new Process(world.openGroup(options.build()), tasks);
      for (int i = 0; i < CONSUMERS; i++) {
        opened.consumers.add(new Consumer());
      }
      StreamingTableWriter<Event> first = opened.group.openWriter(this::map);
      opened.consumers.get(0).writer = first;
      world.oracle.opened(BRANCH, STREAM, first.committed(), heads);
      lost = false;
      world.count("team: opened");
      process = opened;
      return opened;
    } catch (TokenLostException e) {
      lost = true;
      world.count("team: token lost");
    } catch (FirnException | ServiceUnavailableException e) {
      world.count("team: not opened: " + e.getClass().getSimpleName());
    } catch (ProcessDied e) {
      world.count("team: died while opening");
    } catch (RuntimeException e) {
      world.oracle.violation("UNEXPECTED", "a writer group did not open: " + e);
    } finally {
      world.rollbacks(true);
    }
    return null;
  }

  /** Every source gets a new owner, in the same process; a consumer in four hears of it late. */
  void rebalance() {
    generation++;
    SOURCES.forEach(source -> owners.put(source, world.random.nextInt(CONSUMERS)));
    if (process != null) {
      for (Consumer consumer : process.consumers) {
        consumer.toClaim |= world.random.nextInt(4) > 0;
      }
    }
  }

  private void die(Process running) {
    if (process == running) {
      process = null;
    }
  }

  /** The process dies; or it hangs, and comes back when another one is there. */
  void leaveBehind() {
    if (process != null && world.random.nextBoolean()) {
      zombie = process;
    }
    process = null;
  }

  /** A last start: from now on every consumer feeds, and neither dies nor closes. */
  void settle() {
    leaveBehind();
    settled = true;
  }

  /** Who was left behind goes on with what it had. */
  void wakeZombie() {
    Process old = zombie;
    if (old != null) {
      world.count("team: zombie woke");
      workIn(old);
      zombie = null;
    }
  }

  /** The process is started anew, and nobody is left of before. */
  void restart() {
    process = null;
    zombie = null;
  }
}
