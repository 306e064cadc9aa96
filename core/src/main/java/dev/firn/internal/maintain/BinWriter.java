package dev.firn.internal.maintain;

import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.encode.Crew;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.EncodeSettings;
import dev.firn.internal.encode.FileNames;
import dev.firn.internal.encode.GivenUpFile;
import dev.firn.internal.maintain.RewrittenBin.Source;
import dev.firn.internal.resolve.LiveFiles;
import dev.firn.internal.scan.ColumnNames;
import dev.firn.internal.scan.RowScan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.mapping.NameMapping;
import org.jspecify.annotations.Nullable;

/**
 * Writes the live rows of data files into new ones, in their order, columns to columns. In tables
 * of format version 3 the new files say each row's id and the sequence number of its last change,
 * which are by place or by file where the old ones do not say them: else a row that moves would be
 * a new one (the Iceberg spec, "Row Lineage").
 *
 * <p>Made for one state of a table's metadata. Not thread-safe.
 */
final class BinWriter {

  private static final int FIRST_WITH_ROW_IDS = 3;

  private final Table table;
  private final TableMetadata base;
  private final Schema schema;
  private final boolean lineage;
  private final EncodeSettings settings;
  private final long targetBytes;
  private final @Nullable NameMapping names;

  /**
   * @param mostBytes that a new file may have, whatever the table says
   */
  BinWriter(Table table, TableMetadata base, FileNames fileNames, long mostBytes) {
    this.table = table;
    this.base = base;
    this.lineage = base.formatVersion() >= FIRST_WITH_ROW_IDS;
    this.schema = lineage ? MetadataColumns.schemaWithRowLineage(base.schema()) : base.schema();
    this.settings =
        EncodeSettings.of(
            schema,
            base.specsById(),
            SortOrder.unsorted(),
            base.properties(),
            table.io(),
            LocationProviders.locationsFor(base.location(), base.properties()),
            table.encryption(),
            fileNames,
            Crew.none());
    this.targetBytes = Math.min(settings.targetFileBytes(), mostBytes);
    this.names = ColumnNames.of(base);
  }

  /** The size that new files aim at. */
  long targetBytes() {
    return targetBytes;
  }

  /**
   * Writes the rows of {@code bin} that are not deleted by {@code files}.
   *
   * @throws dev.firn.api.error.FirnException if one cannot be read or written; what was written is
   *     deleted
   */
  RewrittenBin write(List<DataFile> bin, LiveFiles files) {
    Outputs outputs = new Outputs(bin.get(0));
    List<Source> sources = new ArrayList<>();
    long rank = 0;
    boolean whole = false;
    try {
      for (DataFile file : bin) {
        Source source = new Source(file, files.deleted(file.location()), rank);
        sources.add(source);
        copy(source, outputs);
        rank += source.liveRows();
      }
      outputs.seal();
      whole = true;
    } catch (FirnException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StorageException(
          "Data files could not be rewritten, the first of them "
              + bin.get(0).location()
              + ": "
              + e.getMessage()
              + ". Nothing has changed for them; call again when the storage is well.",
          bin.get(0).location(),
          e);
    } finally {
      if (!whole) {
        outputs.delete();
      }
    }
    return new RewrittenBin(sources, List.copyOf(outputs.sealed));
  }

  private void copy(Source source, Outputs outputs) {
    DataFile file = source.file();
    try (RowScan scan =
        RowScan.open(
            table.io().newInputFile(file.location(), file.fileSizeInBytes()),
            schema.columns(),
            names,
            lineageOf(file))) {
      while (scan.next()) {
        outputs.add(scan.batch(), source.deleted().othersFrom(scan.firstRow(), scan.rows()));
      }
    }
  }

  private Map<Integer, LongUnaryOperator> lineageOf(DataFile file) {
    Map<Integer, LongUnaryOperator> ifNull = new HashMap<>();
    Long firstId = file.firstRowId();
    Long sequence = file.dataSequenceNumber();
    if (lineage && firstId != null) {
      ifNull.put(MetadataColumns.ROW_ID.fieldId(), position -> firstId + position);
    }
    if (lineage && sequence != null) {
      ifNull.put(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), position -> sequence);
    }
    return ifNull;
  }

  void delete(List<DataFile> written) {
    written.forEach(file -> GivenUpFile.delete(table.io(), file.location()));
  }

  /** New files of one partition, one after another. */
  private final class Outputs {

    private final Partition partition;
    private final List<DataFile> sealed = new ArrayList<>();
    private @Nullable DataFileEncoder open;
    private @Nullable RowBatch page;

    Outputs(DataFile like) {
      this.partition = Partition.of(like.partition(), base.spec(like.specId()));
    }

    void add(RowBatch batch, int[] rows) {
      RowBatch into = page == null ? batch.emptyCopy() : page;
      page = into;
      for (int from = 0; from < rows.length; ) {
        int to = Math.min(rows.length, from + settings.pageRows() - into.rows());
        into.appendFrom(batch, rows, from, to);
        from = to;
        if (into.rows() == settings.pageRows()) {
          encode(into);
        }
      }
    }

    private void encode(RowBatch full) {
      DataFileEncoder encoder = open == null ? new DataFileEncoder(settings, partition) : open;
      open = encoder;
      encoder.add(full);
      full.truncate(0);
      if (encoder.estimatedFileBytes() >= targetBytes) {
        sealed.add(encoder.seal().dataFile());
        open = null;
      }
    }

    void seal() {
      if (page != null && page.rows() > 0) {
        encode(page);
      }
      if (open != null) {
        sealed.add(open.seal().dataFile());
        open = null;
      }
    }

    void delete() {
      BinWriter.this.delete(sealed);
    }
  }
}
