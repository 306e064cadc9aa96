package dev.firn.proofs.iceberg;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.DataTestBase;
import org.apache.iceberg.data.DataTestHelpers;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.RandomGenericData;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.relocated.com.google.common.collect.Lists;

/**
 * Iceberg's published matrix of types without the seam: tables of a real catalog, written and read
 * as an application does it.
 */
public final class AllTypes extends DataTestBase {

  private static final int ROWS = 100;
  private static final long SEED = 12228L;

  @Override
  protected void writeAndValidate(Schema schema) throws IOException {
    write(schema, null, null);
  }

  @Override
  protected void writeAndValidate(Schema schema, List<Record> records) throws IOException {
    write(schema, null, records);
  }

  @Override
  protected void writeAndValidate(Schema schema, Schema readSchema) throws IOException {
    write(schema, readSchema, null);
  }

  private void write(Schema schema, Schema readSchema, List<Record> given) throws IOException {
    try (JdbcCatalog catalog =
        Firn.openEmbedded(temp.resolve("catalog"), Map.of("firn.local.sync", "false"))) {
      Table table =
          Firn.createTableIfAbsent(
              catalog,
              TableIdentifier.of("iceberg", "tests"),
              schema,
              PartitionSpec.unpartitioned(),
              SortOrder.unsorted(),
              Map.of("format-version", "3"));
      List<Record> records =
          given == null ? RandomGenericData.generate(table.schema(), ROWS, SEED) : given;
      append(table, records);
      check(table, readSchema == null ? table.schema() : readSchema, records);
    }
  }

  private static void append(Table table, List<Record> records) {
    FirnSeam.countFile();
    WriterOptions options =
        WriterOptions.builder("all-types").commitPolicy(CommitPolicy.manual()).build();
    try (StreamingTableWriter<Record> writer =
        Firn.openWriter(table, Firn.recordMapper(), options)) {
      records.forEach(writer::append);
      writer.mark(records.size());
      writer.commit();
    }
  }

  private static void check(Table table, Schema schema, List<Record> expected) throws IOException {
    table.refresh();
    List<Record> rows;
    try (CloseableIterable<Record> read = IcebergGenerics.read(table).project(schema).build()) {
      rows = Lists.newArrayList(read);
    }
    if (rows.size() != expected.size()) {
      throw new AssertionError(rows.size() + " rows, not " + expected.size());
    }
    for (int i = 0; i < rows.size(); i++) {
      DataTestHelpers.assertEquals(schema.asStruct(), expected.get(i), rows.get(i), null, i);
    }
  }

  @Override
  protected boolean supportsDefaultValues() {
    return true;
  }

  @Override
  protected boolean supportsUnknown() {
    return true;
  }

  @Override
  protected boolean supportsTimestampNanos() {
    return true;
  }
}
