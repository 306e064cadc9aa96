package dev.firn.kafka;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.ListAppender;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.BinaryType;
import org.apache.iceberg.types.Types.IntegerType;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.types.Types.TimestampType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bad records in an Iceberg table of their own, each once. It is written under the stream's id with
 * a token of its own, which is ahead of the main table's for a moment. After a crash in that moment
 * what is bad below it is taken to be there already, with a warning: it is, unless the mapper or
 * the main table's schema was changed before the restart, so that a record is bad now that was good
 * then.
 *
 * @since 0.1
 */
public final class BadRecordTable {

  /** The table that {@link BadRecords#toTable} asks for; columns may be left out or added. */
  public static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "topic", StringType.get()),
          NestedField.required(2, "partition", IntegerType.get()),
          NestedField.required(3, "offset", LongType.get()),
          NestedField.optional(4, "timestamp", TimestampType.withZone()),
          NestedField.optional(5, "key", BinaryType.get()),
          NestedField.optional(6, "value", BinaryType.get()),
          NestedField.optional(
              7,
              "headers",
              ListType.ofRequired(
                  8,
                  StructType.of(
                      NestedField.required(9, "key", StringType.get()),
                      NestedField.optional(10, "value", BinaryType.get())))),
          NestedField.optional(11, "field", StringType.get()),
          NestedField.optional(12, "reason", StringType.get()),
          NestedField.optional(13, "stream", StringType.get()),
          NestedField.optional(14, "rejected_at", TimestampType.withZone()));

  private BadRecordTable() {}

  /** One bad record on its way into the table. */
  record Rejected(
      ConsumerRecord<byte[], byte[]> record, RecordRejectedException why, Instant when) {}

  /** The sink of one ingest. */
  static final class Sink implements BadRecordSink {

    private static final Logger LOG = LoggerFactory.getLogger(BadRecordTable.class);

    private final String tableName;
    private final StreamingTableWriter<Rejected> writer;
    private final WriterOptions options;

    /** Where each source's bad records reach that are not yet committed. */
    private final Map<String, Position> reached = new HashMap<>();

    Sink(Table table, WriterOptions main) {
      this.tableName = table.name();
      this.options =
          main.toBuilder()
              .appendOnly()
              .commitPolicy(CommitPolicy.manual())
              .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
              .branch(WriterOptions.MAIN_BRANCH)
              .listener(new WriterListener() {})
              .build();
      this.writer = Firn.openWriter(table, new Mapper(main.streamId()), options);
    }

    @Override
    public void claim(Iterable<String> sources, long generation) {
      writer.claim(sources, generation);
    }

    @Override
    public void take(
        String source, ConsumerRecord<byte[], byte[]> record, RecordRejectedException why) {
      Position next = Position.of(record.offset() + 1);
      Position held = reached.getOrDefault(source, writer.committed().positions().get(source));
      if (held != null && next.compareTo(held) <= 0) {
        LOG.warn(
            "Record {} of {}-{} is bad ({}) and was read before: it is in {} already, unless it was"
                + " good then, by another mapper or schema",
            record.offset(),
            record.topic(),
            record.partition(),
            why.reason(),
            tableName);
        return;
      }
      Instant now = options.clock().instant().truncatedTo(ChronoUnit.MICROS);
      writer.append(new Rejected(record, why, now));
      reached.put(source, next);
    }

    @Override
    public boolean isPending() {
      return !reached.isEmpty();
    }

    @Override
    public void secure() {
      if (reached.isEmpty()) {
        return;
      }
      CommitToken marked = writer.status().marked(); // by an earlier try, perhaps
      Map<String, Position> ahead = new HashMap<>(reached);
      marked.positions().forEach((source, position) -> ahead.remove(source, position));
      if (!ahead.isEmpty()) {
        writer.mark(CommitToken.of(ahead));
      }
      writer.commit();
      reached.clear();
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  /** Sets the columns that are there. */
  private static final class Mapper implements RecordMapper<Rejected> {

    private final String stream;
    private Schema schema = SCHEMA;

    Mapper(String stream) {
      this.stream = stream;
    }

    @Override
    public void bind(Schema bound) {
      schema = bound;
    }

    @Override
    public void map(Rejected rejected, RowAppender row) {
      ConsumerRecord<byte[], byte[]> record = rejected.record();
      row.setString("topic", record.topic())
          .setInt("partition", record.partition())
          .setLong("offset", record.offset());
      set(row, "timestamp", Instant.ofEpochMilli(record.timestamp()));
      set(row, "key", record.key());
      set(row, "value", record.value());
      set(row, "field", rejected.why().field());
      set(row, "reason", rejected.why().reason());
      set(row, "stream", stream);
      set(row, "rejected_at", rejected.when());
      if (schema.findField("headers") != null) {
        ListAppender headers = row.beginList("headers");
        for (Header header : record.headers()) {
          headers.addStruct().setString("key", header.key()).setObject("value", header.value());
        }
      }
    }

    private void set(RowAppender row, String column, @Nullable Object value) {
      if (schema.findField(column) != null) {
        row.setObject(column, value);
      }
    }
  }
}
