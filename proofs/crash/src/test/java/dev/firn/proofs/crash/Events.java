package dev.firn.proofs.crash;

import dev.firn.Firn;
import dev.firn.api.record.RecordMapper;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** Numbered events of named sources; every column follows from source and number. */
final class Events {

  /** Event {@code number} of {@code source}; the unnamed source is "". */
  record Event(String source, long number) {}

  static final TableIdentifier NAME = TableIdentifier.of("proofs", "events");

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "source", Types.StringType.get()),
          Types.NestedField.required(2, "number", Types.LongType.get()),
          Types.NestedField.required(3, "part", Types.IntegerType.get()),
          Types.NestedField.optional(4, "payload", Types.StringType.get()));

  /** Three files for each commit. */
  static final PartitionSpec BY_PART = PartitionSpec.builderFor(SCHEMA).identity("part").build();

  private static final int PARTS = 3;

  private Events() {}

  /** Writes events whose payload has {@code words} words of 16 characters. */
  static RecordMapper<Event> mapper(int words) {
    return (event, row) ->
        row.setString(0, event.source())
            .setLong(1, event.number())
            .setInt(2, (int) (event.number() % PARTS))
            .setString(3, payload(event, words));
  }

  static Table create(Catalog catalog, PartitionSpec spec, Map<String, String> properties) {
    return Firn.createTableIfAbsent(catalog, NAME, SCHEMA, spec, SortOrder.unsorted(), properties);
  }

  /** Says whether the columns of a row that was read are those of its event. */
  static boolean isWhole(Event event, int part, String payload) {
    return part == event.number() % PARTS
        && payload.length() % 16 == 0
        && payload.equals(payload(event, payload.length() / 16));
  }

  /** What the event adds to a checksum of all rows; the order of rows does not matter to it. */
  static long checksum(Event event, String payload) {
    return mix(event.number() + mix(event.source().hashCode())) + mix(payload.hashCode());
  }

  static String payload(Event event, int words) {
    StringBuilder text = new StringBuilder(16 * words);
    long state = event.number() ^ ((long) event.source().hashCode() << 32);
    for (int i = 0; i < words; i++) {
      state += 0x9E3779B97F4A7C15L;
      String hex = Long.toHexString(mix(state));
      text.append("0".repeat(16 - hex.length())).append(hex);
    }
    return text.toString();
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
