package dev.firn.proofs.fuzz;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** One record that somebody tries to append, and what it must read back as if it is taken. */
interface Attempt {

  /** Writes the record as its own mapper does. */
  void write(Mappers mappers, RowAppender row);

  /** The row if it was taken; null if nothing is promised of it. */
  @Nullable List<@Nullable Object> expected(Types.StructType struct);

  /** Whether a writer has no reason to refuse it. */
  boolean isGood();

  /** The ready-made mappers, each bound to the schema of the writer. */
  record Mappers(RecordMapper<Record> records, RecordMapper<Map<String, ?>> maps) {}

  /** Lets each attempt write itself, so that one writer takes records of all kinds in turn. */
  final class Mapper implements RecordMapper<Attempt> {

    private final Mappers mappers;

    Mapper(Mappers mappers) {
      this.mappers = mappers;
    }

    @Override
    public void bind(Schema schema) {
      mappers.records().bind(schema);
      mappers.maps().bind(schema);
    }

    @Override
    public void map(Attempt attempt, RowAppender row) {
      attempt.write(mappers, row);
    }
  }
}
