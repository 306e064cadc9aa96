package dev.firn.testkit;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.testkit.KeyedEvents.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * An application whose consumers upsert through one {@link WriterGroup}. Each source has keys of
 * its own, and what the consumers hand in together is committed together. Sources move between
 * consumers, and now and then the whole process dies.
 */
final class UpsertingGroup {

  private static final String STREAM = "team";
  private static final String BRANCH = "main";
  private static final int CONSUMERS = 3;
  private static final int SOURCES = 4;
  private static final int MOST_EVENTS = 6;

  private final UpsertWorld world;
  private final Map<String, KeyedEvents> logs = new TreeMap<>();
  private final Map<String, Integer> owners = new HashMap<>();
  private long generation;
  private @Nullable Process process;
  private boolean lost;

  /** A running process; everything of it is forgotten when it dies. */
  private static final class Process {
    final WriterGroup group;
    final KeptTasks tasks;
    final List<Consumer> consumers = new ArrayList<>();

    Process(WriterGroup group, KeptTasks tasks) {
      this.group = group;
      this.tasks = tasks;
      for (int i = 0; i < CONSUMERS; i++) {
        consumers.add(new Consumer());
      }
    }
  }

  /** One of its threads. */
  private static final class Consumer {
    @Nullable StreamingTableWriter<Change> writer;
    final Map<String, Long> next = new TreeMap<>();
    boolean toClaim = true;
  }

  UpsertingGroup(UpsertWorld world) {
    this.world = world;
    List<Integer> keys = world.table.shape().allKeys();
    for (int i = 0; i < SOURCES; i++) {
      int number = i;
      KeyedEvents log = world.newLog(keys.stream().filter(key -> key % SOURCES == number).toList());
      logs.put("t" + i, log);
      world.publish(STREAM, "t" + i, log::at);
    }
    rebalance();
  }

  /** Some consumers feed and hand in what they have; then everything handed in is done. */
  void work() {
    Process running = process == null ? open() : process;
    if (running == null) {
      return;
    }
    try {
      List<CompletableFuture<CommitResult>> handedIn = new ArrayList<>();
      boolean alive = true;
      for (int i = 0; i < CONSUMERS && alive; i++) {
        alive = world.random.nextInt(4) == 0 || feed(running, i, handedIn);
      }
      if (!alive || world.random.nextInt(30) == 0) {
        world.count("team: died with commits handed in");
        running.tasks.forget();
        process = null;
        return;
      }
      running.tasks.run();
      handedIn.forEach(this::judge);
    } catch (ProcessDied e) {
      world.count("team: died");
      process = null;
    }
  }

  /** One consumer's turn; false if the process died in it. */
  private boolean feed(Process running, int index, List<CompletableFuture<CommitResult>> handedIn) {
    Consumer consumer = running.consumers.get(index);
    try {
      StreamingTableWriter<Change> writer = writer(running, consumer, index);
      for (Map.Entry<String, Long> source : consumer.next.entrySet()) {
        KeyedEvents log = logs.get(source.getKey());
        for (int events = world.random.nextInt(MOST_EVENTS); events > 0; events--) {
          for (Change change : log.at(source.getValue())) {
            writer.apply(change.kind(), change);
          }
          source.setValue(source.getValue() + 1);
          writer.mark(source.getKey(), source.getValue());
        }
      }
      handedIn.add(writer.commitAsync().toCompletableFuture());
    } catch (WriterFailedException e) {
      world.checkDefect("team", e);
      return false; // the process died in the background
    } catch (TokenLostException e) {
      world.count("team: TokenLostException");
      return false; // nobody of the group can go on
    } catch (StorageException e) {
      world.count("team: StorageException");
      consumer.toClaim = true;
    } catch (FirnException e) {
      world.count("team: " + e.getClass().getSimpleName());
      close(consumer);
    } catch (ServiceUnavailableException e) {
      world.count("team: not opened");
    } catch (RuntimeException e) {
      world.unexpected("team", e);
      close(consumer);
    }
    return true;
  }

  private StreamingTableWriter<Change> writer(Process running, Consumer consumer, int index) {
    StreamingTableWriter<Change> writer = consumer.writer;
    if (writer == null) {
      writer = running.group.openWriter(world.table.shape().mapper());
      consumer.writer = writer;
      consumer.toClaim = true;
    }
    if (consumer.toClaim) {
      consumer.next.clear();
      writer.abort();
      List<String> mine = logs.keySet().stream().filter(s -> owners.get(s) == index).toList();
      CommitToken token = writer.claim(mine, generation);
      mine.forEach(source -> consumer.next.put(source, token.position(source).orElse(0)));
      consumer.toClaim = false;
      world.count("team: claimed");
    }
    return writer;
  }

  private void judge(CompletableFuture<CommitResult> result) {
    if (!result.isDone()) {
      return; // behind an earlier one that stalled
    }
    try {
      world.count("team: " + result.join().outcome());
    } catch (CancellationException e) {
      world.count("team: given up");
    } catch (CompletionException e) {
      world.count("team: " + String.valueOf(e.getCause()).split("[:\\[]", 2)[0]);
      if (e.getCause() instanceof WriterFailedException failed) {
        world.checkDefect("team", failed);
      }
    }
  }

  private static void close(Consumer consumer) {
    StreamingTableWriter<Change> writer = consumer.writer;
    consumer.writer = null;
    consumer.next.clear();
    if (writer != null) {
      writer.close();
    }
  }

  private @Nullable Process open() {
    KeptTasks tasks = new KeptTasks();
    try {
      WriterGroup group =
          world.parts.openGroup(
              world
                  .options(STREAM, BRANCH, tasks, lost)
                  .ownership(Ownership.PER_SOURCE)
                  .memoryLimitBytes(CONSUMERS * WriterOptions.MIN_MEMORY_LIMIT_BYTES)
                  .build());
      lost = false;
      world.count("team: opened");
      process = new Process(group, tasks);
      return process;
    } catch (TokenLostException e) {
      lost = true;
      world.count("team: token lost");
    } catch (FirnException | ServiceUnavailableException e) {
      world.count("team: not opened: " + e.getClass().getSimpleName());
    } catch (ProcessDied e) {
      world.count("team: died while opening");
    } catch (RuntimeException e) {
      world.unexpected("team does not open", e);
    } finally {
      world.opened();
    }
    return null;
  }

  /** Every source gets a new owner, in the same process; a consumer in four hears of it late. */
  void rebalance() {
    generation++;
    logs.keySet().forEach(source -> owners.put(source, world.random.nextInt(CONSUMERS)));
    if (process != null) {
      for (Consumer consumer : process.consumers) {
        consumer.toClaim |= world.random.nextInt(4) > 0;
      }
    }
  }

  /** The process dies where it stands, and nobody is left of it. */
  void restart() {
    process = null;
  }
}
