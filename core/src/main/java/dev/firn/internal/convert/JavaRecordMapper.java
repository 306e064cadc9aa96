package dev.firn.internal.convert;

import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** Java records into rows: see {@link RecordMappers#forJavaRecords}. */
final class JavaRecordMapper<T extends java.lang.Record> implements RecordMapper<T> {

  private final Class<T> type;
  private @Nullable RecordSteps steps;

  JavaRecordMapper(Class<T> type) {
    this.type = type;
    ComponentGetters.checkReadable(type);
  }

  @Override
  public void bind(Schema schema) {
    steps = RecordSteps.of(type, schema.columns(), "");
  }

  @Override
  public void map(T record, RowAppender row) {
    if (steps == null) {
      bind(row.schema());
    }
    Objects.requireNonNull(steps).write(record, row);
  }
}
