package dev.firn.proofs.catalogs;

import dev.firn.Firn;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.GenericsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;

/** The table that all scenes write: numbered events. Foreign ones have numbers of their own. */
final class Events {

  static final TableIdentifier NAME = TableIdentifier.of("db", "events");

  static final int BATCH_ROWS = 10;
  static final int FOREIGN_ROWS = 5;

  /** Below: ours. From here on: the other writer's. */
  static final long FIRST_FOREIGN = 1_000_000;

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()));

  static final RecordMapper<Long> MAPPER =
      (id, row) -> row.setLong(0, id).setString(1, "event-" + id);

  private Events() {}

  static void createTable(Catalog catalog, boolean retries) {
    Map<String, String> properties =
        retries ? Map.of() : Map.of(TableProperties.COMMIT_NUM_RETRIES, "0");
    Firn.createTableIfAbsent(
        catalog, NAME, SCHEMA, PartitionSpec.unpartitioned(), SortOrder.unsorted(), properties);
  }

  static List<Long> batch(int number) {
    long first = (long) number * BATCH_ROWS;
    return LongStream.range(first, first + BATCH_ROWS).boxed().toList();
  }

  static List<Long> foreign(int number) {
    long first = FIRST_FOREIGN + (long) number * FOREIGN_ROWS;
    return LongStream.range(first, first + FOREIGN_ROWS).boxed().toList();
  }

  /** Appends as any engine does: a file of Iceberg's own writer, a commit with its own retry. */
  static void append(Table table, List<Long> ids) {
    table.newAppend().appendFile(file(table, ids)).commit();
  }

  private static DataFile file(Table table, List<Long> ids) {
    String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
    try (DataWriter<Record> writer =
        Parquet.writeData(table.io().newOutputFile(location))
            .schema(table.schema())
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(table.spec())
            .build()) {
      GenericRecord row = GenericRecord.create(table.schema());
      ids.forEach(id -> writer.write(row.copy(Map.of("id", id, "name", "event-" + id))));
      writer.close();
      return writer.toDataFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ids that a reader finds, in order, duplicates too. */
  static List<Long> ids(Catalog catalog) {
    return ids(GenericsReader.rows(catalog.loadTable(NAME)));
  }

  static List<Long> ids(List<? extends List<?>> rows) {
    List<Long> ids = new ArrayList<>();
    for (List<?> row : rows) {
      if (!("event-" + row.get(0)).equals(row.get(1))) {
        throw new AssertionError("A row that nobody wrote: " + row);
      }
      ids.add((Long) row.get(0));
    }
    ids.sort(null);
    return ids;
  }
}
