package dev.firn.benchmarks.upsert;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.benchmarks.rows.KeyedReadings;
import dev.firn.benchmarks.rows.KeyedReadings.Latest;
import org.apache.iceberg.Table;

/** Firn's writer with its defaults: upserts by key, or, as the floor of it, appends. */
final class FirnUpserter implements Upserter {

  private final String name;
  private final Table table;
  private final StreamingTableWriter<Latest> writer;
  private int done;

  private FirnUpserter(
      String name, Table table, KeyedReadings readings, WriterOptions.Builder options) {
    this.name = name;
    this.table = table;
    this.writer =
        Firn.openWriter(
            table, readings.mapper(), options.commitPolicy(CommitPolicy.manual()).build());
  }

  /** By key: opening it reads the keys of the table. */
  static FirnUpserter upserting(Table table, KeyedReadings readings) {
    return new FirnUpserter(
        "firn", table, readings, WriterOptions.builder("upsert").upsertBy(KeyedReadings.KEY));
  }

  /** Without a key. */
  static FirnUpserter appending(Table table, KeyedReadings readings) {
    return new FirnUpserter("firn-append", table, readings, WriterOptions.builder("append"));
  }

  /** The first rows of a table. */
  static void load(Table table, KeyedReadings readings, Batch batch) {
    WriterOptions.Builder stream = WriterOptions.builder("load");
    try (FirnUpserter loader = new FirnUpserter("load", table, readings, stream)) {
      loader.write(batch);
    }
    table.refresh();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public void write(Batch batch) {
    for (Latest row : batch.rows()) {
      writer.append(row);
    }
    writer.mark(++done);
    writer.commit();
  }

  @Override
  public void close() {
    writer.close();
  }
}
