package dev.firn.testkit;

import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.ConversionPlan;
import dev.firn.internal.convert.RowCursor;
import dev.firn.internal.encode.Crew;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.EncodeSettings;
import dev.firn.internal.encode.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;

/**
 * Real data files of simulated events: Firn's encoder writes them, Iceberg's generic reader reads
 * them back. A file is read once for as long as its bytes are the same.
 */
final class EventFiles {

  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "stream", Types.StringType.get()),
          Types.NestedField.optional(2, "source", Types.StringType.get()),
          Types.NestedField.optional(3, "event", Types.LongType.get()));

  private record Known(byte[] bytes, List<EventRange> ranges) {}

  private final MemoryFileIO io;
  private final EncodeSettings encoding;
  private final RowBatch batch;
  private final RowCursor cursor;
  private final Map<String, Known> known = new HashMap<>();
  private String nextLocation = "";

  EventFiles(MemoryFileIO io) {
    this.io = io;
    ConversionPlan plan = ConversionPlan.of(SCHEMA);
    this.batch = new RowBatch(plan.shapes());
    this.cursor = plan.newCursor();
    cursor.attach(batch);
    PartitionSpec spec = PartitionSpec.unpartitioned();
    this.encoding =
        EncodeSettings.of(
            SCHEMA,
            Map.of(spec.specId(), spec),
            SortOrder.unsorted(),
            Map.of(),
            io,
            new NextLocation(),
            PlaintextEncryptionManager.instance(),
            new FileNames("simulation"),
            Crew.none());
  }

  /** Writes these events. */
  DataFile write(String location, List<EventRange> ranges) {
    batch.truncate(0);
    for (EventRange range : ranges) {
      for (long event = range.from(); event < range.to(); event++) {
        cursor.append(
            event,
            (value, row) ->
                row.setString(0, range.stream()).setString(1, range.source()).setLong(2, value));
      }
    }
    nextLocation = location;
    DataFileEncoder encoder =
        new DataFileEncoder(
            encoding, Partition.unpartitioned(PartitionSpec.unpartitioned().specId()));
    encoder.add(batch);
    return encoder.seal().dataFile();
  }

  /** The events in a file, in its order; nothing if there is no such file. */
  List<EventRange> read(String location) {
    byte[] bytes = io.bytes(location);
    if (bytes == null) {
      return List.of();
    }
    Known before = known.get(location);
    if (before == null || before.bytes != bytes) {
      before = new Known(bytes, readCells(location));
      known.put(location, before);
    }
    return before.ranges;
  }

  private List<EventRange> readCells(String location) {
    List<EventRange> ranges = new ArrayList<>();
    try (CloseableIterable<Record> records =
        Parquet.read(io.newInputFile(location))
            .project(SCHEMA)
            .createReaderFunc(schema -> GenericParquetReaders.buildReader(SCHEMA, schema))
            .build()) {
      for (Record record : records) {
        add(ranges, (String) record.get(0), (String) record.get(1), (Long) record.get(2));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(ranges);
  }

  private static void add(List<EventRange> ranges, String stream, String source, long event) {
    int last = ranges.size() - 1;
    EventRange open = last < 0 ? null : ranges.get(last);
    if (open != null
        && open.stream().equals(stream)
        && open.source().equals(source)
        && open.to() == event) {
      ranges.set(last, new EventRange(stream, source, open.from(), event + 1));
    } else {
      ranges.add(new EventRange(stream, source, event, event + 1));
    }
  }

  /** Names that are the same in every run of a seed. */
  private final class NextLocation implements LocationProvider {

    private static final long serialVersionUID = 1L;

    @Override
    public String newDataLocation(String name) {
      return nextLocation;
    }

    @Override
    public String newDataLocation(PartitionSpec spec, StructLike partition, String name) {
      return nextLocation;
    }
  }
}
