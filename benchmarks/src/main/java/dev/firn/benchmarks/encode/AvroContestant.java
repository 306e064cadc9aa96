package dev.firn.benchmarks.encode;

import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;

/**
 * parquet-avro: open, write Avro records that were there before, close. The file has the table's
 * Parquet schema, field ids and all.
 */
final class AvroContestant implements Contestant {

  private final Table table;
  private final Place place;
  private final WrittenFiles expected;
  private final Schema avro;
  private final MessageType type;
  private final List<GenericData.Record> records;

  AvroContestant(Table table, Place place, List<Record> records, WrittenFiles expected) {
    this.table = table;
    this.place = place;
    this.expected = expected;
    Types.StructType struct = table.schema().asStruct();
    this.avro = AvroRows.schema("row", struct);
    this.type = ParquetSchemaUtil.convert(table.schema(), "table");
    this.records = records.stream().map(record -> AvroRows.record(avro, record, struct)).toList();
  }

  @Override
  public String name() {
    return "parquet-avro";
  }

  @Override
  public Result round(boolean careful) throws Exception {
    Path file = place.newFile();
    Meter.settle();
    Cost cost = Meter.of(() -> write(file));
    expected.check(name(), table.io().newInputFile(file.toString()), careful);
    Result result = new Result(cost, Files.size(file));
    Files.delete(file);
    return result;
  }

  private void write(Path file) throws IOException {
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.set("parquet.compression.codec.zstd.level", Integer.toString(Place.USUAL_LEVEL));
    conf.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    try (ParquetWriter<GenericData.Record> writer =
        new Builder(new LocalOutputFile(file), avro, type)
            .withConf(conf)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
            .withPageSize(1 << 20)
            .withPageRowCountLimit(20_000)
            .withDictionaryPageSize(2 << 20)
            .withRowGroupSize(128L << 20)
            .build()) {
      for (GenericData.Record record : records) {
        writer.write(record);
      }
    }
  }

  /** The builder of parquet-avro makes up a Parquet schema of its own. */
  private static final class Builder extends ParquetWriter.Builder<GenericData.Record, Builder> {

    private final Schema avro;
    private final MessageType type;

    Builder(OutputFile file, Schema avro, MessageType type) {
      super(file);
      this.avro = avro;
      this.type = type;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<GenericData.Record> getWriteSupport(
        org.apache.hadoop.conf.Configuration conf) {
      return new AvroWriteSupport<>(type, avro, GenericData.get());
    }

    @Override
    protected WriteSupport<GenericData.Record> getWriteSupport(ParquetConfiguration conf) {
      return new AvroWriteSupport<>(type, avro, GenericData.get());
    }
  }
}
