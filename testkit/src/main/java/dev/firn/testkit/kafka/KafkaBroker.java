package dev.firn.testkit.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in this process: one node that is its own controller, on a free port of the
 * loopback address, with its data in a directory of the caller's. Needs {@code
 * org.apache.kafka:kafka_2.13} on the class path.
 *
 * <p>It may be stopped and started again on the same data and port. Rebalances take tenths of a
 * second, not seconds: the intervals of heartbeats are set for tests. One thread at a time; the
 * opener closes it, which leaves the data.
 *
 * @since 0.1
 */
public final class KafkaBroker implements AutoCloseable {

  /** Heartbeats of the consumer protocol: a rebalance takes a few of them. */
  private static final String HEARTBEAT_MILLIS = "200";

  /** What a directory has that was formatted. */
  private static final String FORMATTED = "meta.properties";

  private final Map<String, String> properties;
  private final String address;
  private @Nullable KafkaRaftServer server;

  private KafkaBroker(Map<String, String> properties, String address) {
    this.properties = properties;
    this.address = address;
  }

  /**
   * Starts a broker on {@code directory}, which is made if it does not exist. Topics of a broker
   * that had it before are there again; the port is another one.
   */
  public static KafkaBroker start(Path directory) {
    return start(directory, Map.of());
  }

  /** As {@link #start(Path)}, with broker properties of the caller's, which win. */
  public static KafkaBroker start(Path directory, Map<String, String> properties) {
    int brokerPort = freePort();
    int controllerPort = freePort();
    String address = "127.0.0.1:" + brokerPort;
    Map<String, String> all = new HashMap<>();
    all.put("process.roles", "broker,controller");
    all.put("node.id", "1");
    all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    all.put("listeners", "PLAINTEXT://" + address + ",CONTROLLER://127.0.0.1:" + controllerPort);
    all.put("advertised.listeners", "PLAINTEXT://" + address);
    all.put("controller.listener.names", "CONTROLLER");
    all.put("inter.broker.listener.name", "PLAINTEXT");
    all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.put("log.dirs", directory.toAbsolutePath().toString());
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      all.put(topic + ".replication.factor", "1");
      all.put(topic + ".num.partitions", "1");
    }
    all.put("transaction.state.log.min.isr", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("group.consumer.heartbeat.interval.ms", HEARTBEAT_MILLIS);
    all.put("group.consumer.min.heartbeat.interval.ms", HEARTBEAT_MILLIS);
    all.put("group.min.session.timeout.ms", "1000");
    all.put("group.consumer.min.session.timeout.ms", "1000");
    all.put("auto.create.topics.enable", "false");
    all.putAll(properties);
    KafkaBroker broker = new KafkaBroker(all, address);
    broker.format(directory);
    broker.restart();
    return broker;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void format(Path directory) {
    if (Files.exists(directory.resolve(FORMATTED))) {
      return; // another broker's data, and its cluster id: both are taken over
    }
    try {
      Files.createDirectories(directory);
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .setDirectories(List.of(directory.toAbsolutePath().toString()))
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(directory.toAbsolutePath().toString())
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("No broker can be started on " + directory, e);
    }
  }

  /** What clients call {@code bootstrap.servers}. */
  public String address() {
    return address;
  }

  /** Starts it again after {@link #stop()}, with the data and the port it had. */
  public void restart() {
    KafkaRaftServer started = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    started.startup();
    server = started;
  }

  /** Stops it; clients see a broker that is away. Harmless twice. */
  public void stop() {
    KafkaRaftServer running = server;
    if (running != null) {
      server = null;
      running.shutdown();
      running.awaitShutdown();
    }
  }

  /**
   * Makes a topic, with its properties, and waits until its partitions can be written. A producer
   * that is faster has its first batch refused and may have the next ones taken, and then never
   * gets the first one in.
   */
  public void createTopic(String name, int partitions, Map<String, String> properties) {
    try (Admin admin = admin()) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(properties)))
          .all()
          .get();
      while (!canBeWritten(admin, name, partitions)) {
        Thread.sleep(10);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Topic " + name + " cannot be made", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while topic " + name + " was made", e);
    }
  }

  /** Whether every partition has its leader. */
  private static boolean canBeWritten(Admin admin, String name, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
    }
    try {
      admin.listOffsets(ends).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false; // no more than this: a broker that is away would be waited for without end
      }
      throw e;
    }
  }

  /** A client for everything else; the caller closes it. */
  public Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", address));
  }

  @Override
  public void close() {
    stop();
  }
}
