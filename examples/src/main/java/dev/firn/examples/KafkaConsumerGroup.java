package dev.firn.examples;

import dev.firn.Firn;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.Table;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Two processes of one consumer group write one table. One is killed, the other takes over, and
 * each record is in the table once.
 */
public final class KafkaConsumerGroup {

  private static final String TOPIC = "synthetic-iot-events";

  private KafkaConsumerGroup() {}

  /** Takes a directory of its own; {@code target/kafka-group-...} if there is none. */
  public static void main(String[] args) throws Exception {
    String directory =
        args.length > 0 ? args[0] : "target/kafka-group-" + System.currentTimeMillis();
    if (!run(Path.of(directory), System.out)) {
      System.exit(1);
    }
  }

  /** Returns whether each record is in the table exactly once. */
  static boolean run(Path directory, PrintStream out) throws Exception {
    Path tables = directory.resolve("tables");
    AtomicBoolean enough = new AtomicBoolean();
    try (DemoKafka kafka = DemoKafka.start(directory.resolve("kafka"));
        JdbcCatalog catalog = Firn.openEmbedded(tables)) {
      kafka.createTopicIfAbsent(TOPIC);
      Table table = Firn.createTableIfAbsent(catalog, GroupMember.NAME, GroupMember.SCHEMA);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> kafka.sendEventsUntil(enough::get, TOPIC));

      try (MemberProcess ann = MemberProcess.start("Ann", tables, kafka.address(), TOPIC, out)) {
        ann.await(() -> ann.partitions() == DemoKafka.PARTITIONS);
        try (MemberProcess ben = MemberProcess.start("Ben", tables, kafka.address(), TOPIC, out)) {
          ben.await(() -> ben.partitions() > 0 && OffsetsSeen.in(table).rowsBy("Ben") > 0);

          ann.kill();
          out.println("Ann is killed, as by kill -9: no last commit, no goodbye to the group.");
          ben.await(() -> ben.partitions() == DemoKafka.PARTITIONS);

          enough.set(true);
          sending.join();
          ben.await(() -> OffsetsSeen.in(table).rows() >= kafka.count(TOPIC));
          ben.stop();
        }
      } finally {
        enough.set(true);
        sending.join();
      }
      return report(OffsetsSeen.in(table), kafka.ends(TOPIC), out);
    }
  }

  private static boolean report(OffsetsSeen seen, long[] ends, PrintStream out) {
    out.printf(
        "%nThe table has %,d rows, %,d by Ann and %,d by Ben%n",
        seen.rows(), seen.rowsBy("Ann"), seen.rowsBy("Ben"));
    seen.print(ends, out);
    return seen.isExactly(ends);
  }
}
