package dev.firn.internal.encode;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.parquet.ColumnEncoder;
import dev.firn.internal.parquet.PageScratch;
import dev.firn.internal.parquet.ParquetFile;
import dev.firn.internal.parquet.RowGroup;
import dev.firn.internal.parquet.WiderFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;

/**
 * Writes a sealed file once more, with ids for its rows. A row that takes the place of another is
 * to keep its id, which is known only when the file has been sealed and its commit is at hand. So
 * what is in the file is copied as it is, and the column {@code _row_id} put behind it: a row
 * without an id there has one by its place in the table, like any new row.
 *
 * <p>Made for one state of a table's properties. Thread-safe.
 *
 * <p>Source: the Iceberg spec, "Row Lineage".
 */
public final class RowIdFile {

  /** Of a row that is to have an id by its place. */
  public static final long NONE = Long.MIN_VALUE;

  private static final int COPY_BYTES = 1 << 20;

  private static final Schema SCHEMA = new Schema(MetadataColumns.ROW_ID);

  private static final List<ColumnShape> SHAPES = List.of(ColumnShape.of(ColumnShape.Kind.LONG));

  private final Map<Integer, PartitionSpec> specs;
  private final FileIO io;
  private final FileNames names;
  private final FileProperties properties;
  private final Leaf leaf;
  private final ParquetFile file;

  /**
   * @param specs all partition specs by id
   * @param tableProperties which say how columns are compressed
   * @param names of the run that writes
   */
  public RowIdFile(
      Map<Integer, PartitionSpec> specs,
      Map<String, String> tableProperties,
      FileIO io,
      FileNames names) {
    this.specs = Map.copyOf(specs);
    this.io = io;
    this.names = names;
    this.properties = new FileProperties(tableProperties);
    MessageType type = ParquetSchemaUtil.convert(SCHEMA, "table");
    this.leaf = Leaf.of(SCHEMA, type).get(0);
    this.file = new ParquetFile(type, Map.of(), properties.indexTruncateLength);
  }

  /**
   * Writes {@code sealed} once more, beside itself.
   *
   * @param ids of its rows, {@link #NONE} for those that have none
   * @throws StorageException if the storage failed; what was written is deleted as far as the
   *     storage lets it, and the next call tries again under another name
   * @throws UnsupportedTableException if the file is encrypted
   */
  public DataFile write(DataFile sealed, long[] ids) {
    if (sealed.keyMetadata() != null) {
      throw new UnsupportedTableException(
          "Rows of encrypted files cannot keep their ids: "
              + sealed.location()
              + " would have to be read back and written once more. Use RowLineage.NEW.",
          sealed.location(),
          null);
    }
    PartitionSpec spec = Objects.requireNonNull(specs.get(sealed.specId()));
    String location =
        sealed.location().substring(0, sealed.location().lastIndexOf('/') + 1) + names.next();
    boolean written = false;
    try {
      StorageOutput output = new StorageOutput(io.newOutputFile(location));
      try {
        copy(sealed, ids, output);
      } finally {
        output.abandon(); // of no effect if it is closed
      }
      written = true;
      return DataFiles.builder(spec)
          .copy(sealed)
          .withPath(location)
          .withFileSizeInBytes(output.length())
          .build();
    } catch (IOException | RuntimeException e) {
      throw new StorageException(
          "Could not write "
              + sealed.location()
              + " with the ids of its rows as "
              + location
              + ": "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
              + ". Nothing is lost: the next call tries again.",
          location,
          e);
    } finally {
      if (!written) {
        GivenUpFile.delete(io, location);
      }
    }
  }

  private void copy(DataFile sealed, long[] ids, StorageOutput output) throws IOException {
    long length = sealed.fileSizeInBytes();
    try (SeekableInputStream in = io.newInputFile(sealed.location(), length).newStream()) {
      WiderFile wider =
          WiderFile.open(
              (offset, count) -> {
                in.seek(offset);
                return in.readNBytes(count);
              },
              length);
      byte[] end = wider.end(column(wider, ids));
      PositionOutputStream out = output.create(0);
      in.seek(0);
      byte[] buffer = new byte[(int) Math.min(COPY_BYTES, wider.bodyBytes())];
      for (long left = wider.bodyBytes(); left > 0; ) {
        int count = (int) Math.min(buffer.length, left);
        IOUtil.readFully(in, buffer, 0, count);
        out.write(buffer, 0, count);
        left -= count;
      }
      out.write(end);
      out.close();
    }
  }

  /** The ids as a file of their own, in memory: some bytes for each row. */
  private byte[] column(WiderFile wider, long[] ids) throws IOException {
    ColumnEncoder encoder =
        ColumnEncoder.of(leaf.descriptor(), properties.column(MetadataColumns.ROW_ID.name()));
    LevelShredder shredder = new LevelShredder();
    PageScratch scratch = new PageScratch(properties.codec, properties.level);
    RowBatch batch = new RowBatch(SHAPES);
    LongColumn column = (LongColumn) batch.columns().get(0);
    List<RowGroup> groups = new ArrayList<>();
    int row = 0;
    for (int group = 0; group < wider.rowGroups(); group++) {
      long end = row + wider.rows(group);
      if (end > ids.length) {
        throw new IOException("It has more than the " + ids.length + " rows that are known of");
      }
      while (row < end) {
        batch.truncate(0);
        for (; row < end && batch.rows() < properties.pageRows; row++) {
          if (ids[row] == NONE) {
            column.appendNull();
          } else {
            column.append(ids[row]);
          }
          batch.endRow();
        }
        encoder.add(shredder.shred(batch.columns(), leaf, null, 0, batch.rows()), scratch);
      }
      groups.add(new RowGroup(wider.rows(group), List.of(encoder.finish(scratch))));
    }
    InMemoryOutputFile output = new InMemoryOutputFile();
    file.write(new StorageOutput(output), groups, null);
    return output.toByteArray();
  }
}
