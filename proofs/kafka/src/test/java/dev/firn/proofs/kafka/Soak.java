package dev.firn.proofs.kafka;

import dev.firn.testkit.kafka.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** One seed's chaos. What is done when is drawn from the seed; what it meets is not. */
final class Soak {

  private static final int PARTITIONS = 4;
  private static final int INSTANCES = 3;
  private static final String TOPIC = "events";

  /** As long as a SIGSTOP that the group notices: its patience is ten seconds. */
  private static final int LONGEST_HALT_SECONDS = 30;

  private final Path folder;
  private final long seed;
  private final String protocol;
  private final Random random;
  private final List<Instance> instances = new ArrayList<>();
  private final Map<Instance, Long> wakeAt = new HashMap<>();
  private final Map<String, Integer> done = new TreeMap<>();
  private long started;

  /** How it ended. */
  record Result(long produced, String done, List<String> violations) {}

  Soak(Path folder, long seed, String protocol) {
    this.folder = folder;
    this.seed = seed;
    this.protocol = protocol;
    this.random = new Random(seed);
  }

  Result run(Duration time) throws Exception {
    try (KafkaBroker broker =
            KafkaBroker.start(
                folder.resolve("broker"), Map.of("log.flush.interval.messages", "1000"));
        JdbcCatalog catalog = SoakTable.catalog(folder)) {
      broker.createTopic(TOPIC, PARTITIONS, Map.of());
      Table table = SoakTable.table(catalog);
      Others others = new Others(table);
      try (Load load = new Load(broker.address(), TOPIC)) {
        long end = System.nanoTime() + time.toNanos();
        start(broker);
        while (System.nanoTime() < end) {
          Thread.sleep(500 + random.nextInt(3000));
          act(broker, others);
        }
        Map<String, long[]> produced = load.end();
        settle(broker, table, load.produced() + others.appended());
        List<String> violations = new Outcome(table).violations(produced, others.appended());
        return new Result(load.produced(), done + ", " + others, violations);
      } finally {
        for (Instance instance : instances) {
          instance.kill();
        }
      }
    }
  }

  private void act(KafkaBroker broker, Others others) throws Exception {
    for (Instance instance : List.copyOf(instances)) {
      if (!instance.isAlive()) {
        throw new AssertionError("An instance stopped by itself: " + instance.tail());
      }
      Long wake = wakeAt.get(instance);
      if (wake != null && System.nanoTime() > wake) {
        wakeAt.remove(instance);
        instance.wake();
      }
    }
    int dice = random.nextInt(100);
    try {
      if (dice < 30 || instances.isEmpty()) {
        start(broker);
      } else if (dice < 45) {
        Instance killed = leave();
        killed.kill();
        count("killed");
      } else if (dice < 55) {
        leave().stop();
        count("stopped");
      } else if (dice < 65) {
        halt(1 + random.nextInt(LONGEST_HALT_SECONDS));
      } else if (dice < 68) {
        broker.stop();
        Thread.sleep(random.nextInt(3000));
        broker.restart();
        count("broker restarted");
      } else if (dice < 82) {
        others.append();
      } else if (dice < 92) {
        others.compact();
      } else {
        others.expire();
      }
    } catch (CommitFailedException e) {
      count("others lost a race");
    }
  }

  private void start(KafkaBroker broker) throws Exception {
    if (instances.size() < INSTANCES) {
      instances.add(
          new Instance(folder, broker.address(), TOPIC, protocol, seed * 10_000 + started++));
      count("started");
    }
  }

  private Instance leave() {
    Instance leaving = instances.remove(random.nextInt(instances.size()));
    wakeAt.remove(leaving);
    return leaving;
  }

  private void halt(int seconds) throws Exception {
    Instance halted = instances.get(random.nextInt(instances.size()));
    if (!halted.isHalted()) {
      halted.halt();
      wakeAt.put(halted, System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
      count("halted");
    }
  }

  private void count(String what) {
    done.merge(what, 1, Integer::sum);
  }

  /** Wakes everybody, and waits until the table holds all. */
  private void settle(KafkaBroker broker, Table table, long rows) throws Exception {
    for (Instance instance : instances) {
      instance.wake();
    }
    if (instances.isEmpty()) {
      start(broker);
    }
    long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (records(table) < rows) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "After three quiet minutes there are "
                + records(table)
                + " of "
                + rows
                + " rows; the first instance says "
                + instances.get(0).tail());
      }
      Thread.sleep(200);
    }
    Thread.sleep(3000); // what would be doubled comes after the last
    for (Instance instance : instances) {
      instance.stop();
    }
    instances.clear();
  }

  private static long records(Table table) {
    table.refresh();
    return table.currentSnapshot() == null
        ? 0
        : Long.parseLong(table.currentSnapshot().summary().get("total-records"));
  }
}
