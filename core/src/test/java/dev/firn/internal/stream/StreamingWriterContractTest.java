package dev.firn.internal.stream;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.WriterContract;
import org.apache.iceberg.Table;

class StreamingWriterContractTest extends WriterContract {

  @Override
  protected Road open(Table table, RecordMapper<Long> mapper, WriterOptions options) {
    StreamingTableWriter<Long> writer = Firn.openWriter(table, mapper, options);
    return new StreamingRoad(writer, writer::close);
  }
}
