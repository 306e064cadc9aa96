package dev.firn.benchmarks.rows;

import dev.firn.api.record.RecordMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * {@code flights}: three million real flights of 2001 (Bureau of Transportation Statistics, public
 * domain), from the file {@code flights-3m.parquet} of vega-datasets. Not part of this repository.
 */
final class Flights implements Workload<Flights.Flight> {

  private static final String PROPERTY = "firn.bench.flights";

  /** One flight; everything may be missing. */
  record Flight(
      @Nullable Long micros,
      @Nullable Long delay,
      @Nullable Long distance,
      @Nullable String origin,
      @Nullable String destination) {}

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "date", Types.TimestampType.withoutZone()),
          Types.NestedField.optional(2, "delay", Types.LongType.get()),
          Types.NestedField.optional(3, "distance", Types.LongType.get()),
          Types.NestedField.optional(4, "origin", Types.StringType.get()),
          Types.NestedField.optional(5, "destination", Types.StringType.get()));

  @Override
  public String name() {
    return "flights";
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public int rows() {
    return 3_000_000;
  }

  private static Path file() {
    return Path.of(System.getProperty(PROPERTY, "../shared/data/flights-3m.parquet"));
  }

  @Override
  public Optional<String> missing() {
    return Files.isReadable(file())
        ? Optional.empty()
        : Optional.of("no file " + file() + "; name it with -D" + PROPERTY + "=...");
  }

  @Override
  public List<Flight> generate(int count) throws IOException {
    List<Flight> rows = new ArrayList<>(count);
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file()))) {
      MessageType type = reader.getFileMetaData().getSchema();
      PageReadStore pages;
      while (rows.size() < count && (pages = reader.readNextRowGroup()) != null) {
        RecordReader<Group> groups =
            new ColumnIOFactory()
                .getColumnIO(type)
                .getRecordReader(pages, new GroupRecordConverter(type));
        for (long left = pages.getRowCount(); left > 0 && rows.size() < count; left--) {
          rows.add(flight(groups.read()));
        }
      }
    }
    return rows;
  }

  private static Flight flight(Group group) {
    return new Flight(
        number(group, 0), number(group, 1), number(group, 2), text(group, 3), text(group, 4));
  }

  private static @Nullable Long number(Group group, int field) {
    return group.getFieldRepetitionCount(field) == 0 ? null : (Long) group.getLong(field, 0);
  }

  private static @Nullable String text(Group group, int field) {
    return group.getFieldRepetitionCount(field) == 0 ? null : group.getString(field, 0);
  }

  @Override
  public RecordMapper<Flight> mapper() {
    return (flight, row) -> {
      if (flight.micros != null) {
        row.setLong(0, flight.micros);
      }
      if (flight.delay != null) {
        row.setLong(1, flight.delay);
      }
      if (flight.distance != null) {
        row.setLong(2, flight.distance);
      }
      if (flight.origin != null) {
        row.setString(3, flight.origin);
      }
      if (flight.destination != null) {
        row.setString(4, flight.destination);
      }
    };
  }

  @Override
  public Record toRecord(Flight flight) {
    GenericRecord record = GenericRecord.create(SCHEMA);
    Long micros = flight.micros;
    record.set(
        0,
        micros == null
            ? null
            : LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L),
                (int) Math.floorMod(micros, 1_000_000L) * 1_000,
                ZoneOffset.UTC));
    record.set(1, flight.delay);
    record.set(2, flight.distance);
    record.set(3, flight.origin);
    record.set(4, flight.destination);
    return record;
  }
}
