package dev.firn.kafka;

import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a record that cannot be decoded or does not fit the table. None is ever dropped
 * in silence: the ingest stops before it, or goes on when the record is safe elsewhere.
 *
 * @since 0.1
 */
public final class BadRecords {

  private static final BadRecords STOP = new BadRecords(null, null);

  private final @Nullable String topic;
  private final @Nullable Table table;

  private BadRecords(@Nullable String topic, @Nullable Table table) {
    this.topic = topic;
    this.table = table;
  }

  /**
   * Commit what came before it, and stop with {@link KafkaIngestException.Kind#BAD_RECORD}. The
   * default.
   */
  public static BadRecords stop() {
    return STOP;
  }

  /**
   * Send it to a dead-letter topic of the same cluster: key and value as they came, the headers as
   * they came and {@code firn.*} headers with origin and reason. The broker must have it before the
   * position moves on. Whenever the ingest begins anew from the table, those sent since the last
   * commit are sent again.
   */
  public static BadRecords toTopic(String topic) {
    return new BadRecords(Objects.requireNonNull(topic, "topic"), null);
  }

  /**
   * Append it to an Iceberg table, exactly once: {@code table} holds a token of its own, and is
   * committed before the position moves on. Of the columns of {@link BadRecordTable#SCHEMA} it must
   * have {@code topic}, {@code partition} and {@code offset}; the others are filled where it has
   * them.
   */
  public static BadRecords toTable(Table table) {
    return new BadRecords(null, Objects.requireNonNull(table, "table"));
  }

  Optional<String> topic() {
    return Optional.ofNullable(topic);
  }

  Optional<Table> table() {
    return Optional.ofNullable(table);
  }

  @Override
  public String toString() {
    return topic != null
        ? "to topic " + topic
        : table != null ? "to table " + table.name() : "stop";
  }
}
