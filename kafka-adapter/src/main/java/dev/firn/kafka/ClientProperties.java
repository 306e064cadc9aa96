package dev.firn.kafka;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;

/** The properties of the Kafka clients of one ingest, made from those that the user gave. */
final class ClientProperties {

  private static final String EARLIEST = "earliest";
  private static final String READ_COMMITTED = "read_committed";

  private final KafkaOptions options;

  ClientProperties(KafkaOptions options) {
    this.options = options;
  }

  /** For the n-th consumer of this process, from 0. */
  Map<String, Object> consumer(int n) {
    Map<String, Object> properties = new HashMap<>(options.consumer());
    if (options.consumers() > 1) {
      // What tells consumers apart must differ.
      properties.computeIfPresent(
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, (name, id) -> id + "-" + n);
      properties.computeIfPresent(ConsumerConfig.CLIENT_ID_CONFIG, (name, id) -> id + "-" + n);
    }
    properties.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, READ_COMMITTED);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, options.groupId());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    // The table says where to begin: a consumer that helps itself would lose or double records.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return properties;
  }

  /** What {@code auto.offset.reset} says for partitions that have no token. */
  String reset() {
    Object reset = options.consumer().get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG);
    return reset == null ? EARLIEST : reset.toString().toLowerCase(Locale.ROOT);
  }

  IsolationLevel isolation() {
    Object level = consumer(0).get(ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    return READ_COMMITTED.equalsIgnoreCase(String.valueOf(level))
        ? IsolationLevel.READ_COMMITTED
        : IsolationLevel.READ_UNCOMMITTED;
  }

  Map<String, Object> admin() {
    return only(AdminClientConfig.configNames());
  }

  Map<String, Object> producer() {
    return only(ProducerConfig.configNames());
  }

  /** Connection and security are the same for all clients. */
  private Map<String, Object> only(Set<String> names) {
    Map<String, Object> properties = new HashMap<>(options.consumer());
    properties.keySet().retainAll(names);
    properties.remove(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG); // each client has its own kind
    return properties;
  }
}
