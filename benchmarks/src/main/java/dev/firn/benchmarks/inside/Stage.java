package dev.firn.benchmarks.inside;

import dev.firn.Firn;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.ConversionPlan;
import dev.firn.internal.convert.RowCursor;
import dev.firn.internal.encode.Crew;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.EncodeSettings;
import dev.firn.internal.encode.FileNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;

/** A table in memory, some of its rows, and the stages of the road for it. */
final class Stage<R> implements AutoCloseable {

  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final Workload<R> workload;
  private final List<R> rows;
  private final Table table;
  private final ConversionPlan plan;
  private final EncodeSettings settings;

  private Stage(Workload<R> workload, int count) throws IOException {
    this.workload = workload;
    this.rows = workload.generate(count);
    catalog.initialize("bench", Map.of());
    this.table =
        Firn.createTableIfAbsent(catalog, TableIdentifier.of("bench", "rows"), workload.schema());
    this.plan = ConversionPlan.of(table.schema());
    this.settings =
        EncodeSettings.of(
            table.schema(),
            table.specs(),
            table.sortOrder(),
            table.properties(),
            table.io(),
            table.locationProvider(),
            table.encryption(),
            new FileNames("bench"),
            Crew.none());
  }

  static Stage<?> of(String workload, int rows) throws IOException {
    return new Stage<>(Workloads.named(workload), rows);
  }

  RowBatch newBatch() {
    return new RowBatch(plan.shapes());
  }

  RowCursor newCursor() {
    return plan.newCursor();
  }

  DataFileEncoder newEncoder() {
    return new DataFileEncoder(settings, Partition.unpartitioned(table.spec().specId()));
  }

  /** Empties {@code batch} and writes all rows into it. */
  RowBatch fill(RowBatch batch, RowCursor cursor) {
    batch.truncate(0);
    cursor.attach(batch);
    for (R row : rows) {
      cursor.append(row, workload.mapper());
    }
    return batch;
  }

  /** Forgets a file that was sealed. */
  void delete(String location) {
    table.io().deleteFile(location);
  }

  @Override
  public void close() throws IOException {
    catalog.close();
  }
}
