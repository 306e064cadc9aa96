package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.kafka.contender.Task;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Iceberg's sink in Kafka Connect's own standalone worker, set up by property files as its users
 * do, with as many tasks as there are processors.
 */
final class ConnectContender implements Contender {

  @Override
  public String name() {
    return "connect";
  }

  @Override
  public Optional<String> missing() {
    return Contenders.CONNECT.missing();
  }

  @Override
  public List<String> command(Task task, Path scratch) throws IOException {
    Path worker = store(scratch.resolve("worker.properties"), worker(task, scratch));
    Path sink = store(scratch.resolve("sink.properties"), sink(task));
    return List.of(
        "-cp",
        Contenders.CONNECT.classPath(),
        "org.apache.kafka.connect.cli.ConnectStandalone",
        worker.toString(),
        sink.toString());
  }

  private static Path store(Path file, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  private static Map<String, String> worker(Task task, Path scratch) {
    return Map.of(
        "bootstrap.servers", task.broker(),
        "offset.storage.file.filename", scratch.resolve("offsets").toString(),
        "listeners", "http://127.0.0.1:0",
        "plugin.discovery", "service_load",
        // Also how long a task without events does not hear of the commits of others: a minute if
        // not set.
        "offset.flush.interval.ms", "1000",
        "key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter",
        "value.converter", "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable", "false");
  }

  private static Map<String, String> sink(Task task) {
    return Map.ofEntries(
        Map.entry("name", task.group()),
        Map.entry("connector.class", "org.apache.iceberg.connect.IcebergSinkConnector"),
        Map.entry("tasks.max", Integer.toString(Runtime.getRuntime().availableProcessors())),
        Map.entry("topics", task.topic()),
        Map.entry("iceberg.tables", task.table().toString()),
        Map.entry("iceberg.kafka.bootstrap.servers", task.broker()),
        Map.entry("iceberg.control.topic", controlTopic(task)),
        Map.entry("iceberg.control.commit.interval-ms", Long.toString(task.interval().toMillis())),
        Map.entry("iceberg.catalog", "firn"),
        Map.entry("iceberg.catalog.catalog-impl", "org.apache.iceberg.jdbc.JdbcCatalog"),
        Map.entry(
            "iceberg.catalog.uri",
            "jdbc:sqlite:" + task.catalog() + "/catalog.db?busy_timeout=30000"),
        Map.entry("iceberg.catalog.warehouse", task.catalog() + "/warehouse"),
        Map.entry("iceberg.catalog.jdbc.schema-version", "V1"),
        // Local files without Hadoop's checksum files beside them.
        Map.entry("iceberg.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem"));
  }

  /** Where its tasks talk to each other; it must exist before they do. */
  static String controlTopic(Task task) {
    return task.group() + "-control";
  }
}
