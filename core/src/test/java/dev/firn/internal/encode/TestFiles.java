package dev.firn.internal.encode;

import dev.firn.internal.buffer.Partition;
import dev.firn.testkit.Cells;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.parquet.Parquet;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;

/** Writes rows with Firn's encoder and with Iceberg's, and reads files back with Iceberg's. */
public final class TestFiles {

  private final FileIO io;
  private final String folder;
  private final Crew crew;

  public TestFiles(FileIO io, String folder) {
    this(io, folder, Crew.none());
  }

  TestFiles(FileIO io, String folder, Crew crew) {
    this.io = io;
    this.folder = folder;
    this.crew = crew;
  }

  public EncodeSettings settings(Schema schema, Map<String, String> properties) {
    return settings(schema, properties, PlaintextEncryptionManager.instance());
  }

  EncodeSettings settings(
      Schema schema, Map<String, String> properties, EncryptionManager encryption) {
    return EncodeSettings.of(
        schema,
        Map.of(0, PartitionSpec.unpartitioned()),
        SortOrder.unsorted(),
        properties,
        io,
        locations(),
        encryption,
        new FileNames("test"),
        crew);
  }

  LocationProvider locations() {
    return new LocationProvider() {
      @Override
      public String newDataLocation(String name) {
        return folder + "/" + name;
      }

      @Override
      public String newDataLocation(
          PartitionSpec spec, org.apache.iceberg.StructLike partition, String name) {
        return folder + "/" + spec.partitionToPath(partition) + "/" + name;
      }
    };
  }

  /** Writes rows with Firn, {@code batchRows} at a time. */
  public DataFile write(
      Schema schema, Map<String, String> properties, List<Record> rows, int batchRows) {
    DataFileEncoder encoder =
        new DataFileEncoder(settings(schema, properties), Partition.unpartitioned(0));
    for (int from = 0; from < rows.size(); from += batchRows) {
      int to = Math.min(rows.size(), from + batchRows);
      encoder.add(BatchFill.batch(schema, rows.subList(from, to)));
    }
    return encoder.seal().dataFile();
  }

  /** Writes rows with Iceberg's generic writer. */
  public DataFile writeWithIceberg(
      Schema schema, Map<String, String> properties, List<Record> rows) {
    try (DataWriter<Record> writer =
        Parquet.writeData(
                EncryptedFiles.encryptedOutput(
                    io.newOutputFile(folder + "/iceberg-" + System.nanoTime() + ".parquet"),
                    EncryptionKeyMetadata.empty()))
            .schema(schema)
            .setAll(properties)
            .metricsConfig(MetricsConfig.from(properties, schema, SortOrder.unsorted()))
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(PartitionSpec.unpartitioned())
            .overwrite()
            .build()) {
      rows.forEach(writer::write);
      writer.close();
      return writer.toDataFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cells of a file, as Iceberg's generic reader has them. */
  public List<List<Object>> read(Schema schema, String location) {
    List<List<Object>> rows = new ArrayList<>();
    try (CloseableIterable<Record> records =
        Parquet.read(io.newInputFile(location))
            .project(schema)
            .createReaderFunc(file -> GenericParquetReaders.buildReader(schema, file))
            .build()) {
      for (Record record : records) {
        rows.add(Cells.of(schema.asStruct(), record));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** A file as parquet-java sees it; checks the checksums of pages. */
  ParquetFileReader open(String location) throws IOException {
    SeekableInputStream stream = io.newInputFile(location).newStream();
    long length = io.newInputFile(location).getLength();
    return ParquetFileReader.open(
        new InputFile() {
          @Override
          public long getLength() {
            return length;
          }

          @Override
          public org.apache.parquet.io.SeekableInputStream newStream() {
            return new DelegatingSeekableInputStream(stream) {
              @Override
              public long getPos() throws IOException {
                return stream.getPos();
              }

              @Override
              public void seek(long position) throws IOException {
                stream.seek(position);
              }
            };
          }
        },
        ParquetReadOptions.builder().usePageChecksumVerification().build());
  }

  public static List<List<Object>> cells(Schema schema, List<Record> rows) {
    return Cells.of(schema.asStruct(), rows);
  }

  static Record record(Schema schema, Object... values) {
    GenericRecord record = GenericRecord.create(schema);
    for (int i = 0; i < values.length; i++) {
      record.set(i, values[i]);
    }
    return record;
  }
}
