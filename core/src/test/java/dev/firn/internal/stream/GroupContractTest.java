package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.Ownership;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.WriterContract;
import org.apache.iceberg.Table;

/** One writer of a group, beside one that is open and has nothing to do. */
class GroupContractTest extends WriterContract {

  @Override
  protected Road open(Table table, RecordMapper<Long> mapper, WriterOptions options) {
    WriterGroup group =
        Firn.openWriterGroup(
            table,
            options.toBuilder()
                .ownership(Ownership.PER_SOURCE)
                .memoryLimitBytes(2 * options.memoryLimitBytes())
                .build());
    StreamingTableWriter<Long> writer;
    try {
      group.openWriter(mapper);
      writer = group.openWriter(mapper);
    } catch (RuntimeException e) {
      group.close();
      throw e;
    }
    return new StreamingRoad(
        writer,
        () -> {
          writer.close();
          group.close();
        });
  }
}
