package dev.firn.benchmarks.kafka.contender;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What a contender has to do: read {@code topic} from its begin, write every event into {@code
 * table}, and commit at {@code interval} until it is killed.
 *
 * @param broker what clients call {@code bootstrap.servers}
 * @param group consumer group and whatever else needs a name of its own
 * @param catalog directory of an embedded catalog, {@code Firn.openEmbedded}: SQLite in {@code
 *     catalog.db}, tables in {@code warehouse}, catalog name {@code firn}; or the address of a REST
 *     catalog, {@code http://...}, which tells its clients where files are
 * @param table which exists
 * @param rows how many events there are
 * @param finished a file that is made when all events were read, by contenders without a table
 */
public record Task(
    String broker,
    String topic,
    String group,
    String catalog,
    TableIdentifier table,
    long rows,
    Duration interval,
    Path finished) {

  /** As the arguments of a main. */
  public List<String> arguments() {
    return List.of(
        broker,
        topic,
        group,
        catalog,
        table.toString(),
        Long.toString(rows),
        Long.toString(interval.toMillis()),
        finished.toString());
  }

  /** From the arguments of a main. */
  public static Task of(String[] arguments) {
    return new Task(
        arguments[0],
        arguments[1],
        arguments[2],
        arguments[3],
        TableIdentifier.parse(arguments[4]),
        Long.parseLong(arguments[5]),
        Duration.ofMillis(Long.parseLong(arguments[6])),
        Path.of(arguments[7]));
  }

  /** A consumer with Kafka's defaults, except that it begins at the begin and commits nothing. */
  Map<String, Object> consumer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker);
    settings.put("group.id", group);
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", "false");
    return settings;
  }
}
