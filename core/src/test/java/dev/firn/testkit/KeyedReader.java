package dev.firn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.DeleteLoader;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.util.PartitionUtil;
import org.jspecify.annotations.Nullable;

/**
 * Reads an upserted table as Iceberg's generics do: planned, filtered and decoded by Iceberg alone,
 * on this thread.
 */
final class KeyedReader {

  private final KeyedShape shape;
  private final FileIO io;

  /** By location, all rows of a file, for those who choose among them. */
  private final Map<String, List<KeyedRow>> known = new HashMap<>();

  KeyedReader(KeyedShape shape, FileIO io) {
    this.shape = shape;
    this.io = io;
  }

  /**
   * A data file of the table's head.
   *
   * @param deletes the delete files that Iceberg would read with it
   * @param rows all its rows, deleted ones too
   */
  record LiveFile(
      DataFile file, List<DeleteFile> deletes, PositionDeleteIndex deleted, List<KeyedRow> rows) {

    String path() {
      return file.location();
    }

    /** The rows that are not deleted. */
    List<KeyedRow> liveRows() {
      List<KeyedRow> live = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        if (!deleted.isDeleted(i)) {
          live.add(rows.get(i));
        }
      }
      return live;
    }
  }

  /** What a snapshot holds; everything is read anew. */
  List<KeyedRow> rows(Table table, long snapshotId) {
    List<KeyedRow> rows = new ArrayList<>();
    for (FileScanTask task : plan(table.newScan().useSnapshot(snapshotId))) {
      Filter filter = new Filter(io, task, table.schema(), shape.schema());
      try (CloseableIterable<Record> all = open(task.file(), filter.requiredSchema());
          CloseableIterable<Record> live = filter.filter(all)) {
        live.forEach(record -> rows.add(shape.row(record)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }

  /** By number of key, the row ids that a snapshot has for it; null for a row without one. */
  Map<Integer, List<@Nullable Long>> rowIds(Table table, long snapshotId) {
    Map<Integer, List<@Nullable Long>> ids = new TreeMap<>();
    Schema withIds = TypeUtil.join(shape.schema(), new Schema(MetadataColumns.ROW_ID));
    for (FileScanTask task : plan(table.newScan().useSnapshot(snapshotId))) {
      Filter filter = new Filter(io, task, table.schema(), withIds);
      Map<Integer, ?> constants =
          PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
      try (CloseableIterable<Record> all = open(task.file(), filter.requiredSchema(), constants);
          CloseableIterable<Record> live = filter.filter(all)) {
        live.forEach(
            record ->
                ids.computeIfAbsent(shape.row(record).key(), key -> new ArrayList<>())
                    .add((Long) record.getField(MetadataColumns.ROW_ID.name())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ids;
  }

  /** The files of the head of main, in an order that is the same in every run of a seed. */
  List<LiveFile> files(Table table) {
    List<LiveFile> files = new ArrayList<>();
    for (FileScanTask task : plan(table.newScan())) {
      DataFile file = task.file().copyWithoutStats();
      files.add(new LiveFile(file, task.deletes(), deleted(task), rows(file)));
    }
    files.sort(
        Comparator.comparing((LiveFile file) -> file.rows().toString())
            .thenComparing(LiveFile::path));
    return files;
  }

  private static List<FileScanTask> plan(TableScan scan) {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = scan.planWith(SameThread.EXECUTOR).planFiles()) {
      planned.forEach(tasks::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tasks;
  }

  /** The rows of a data file that delete files delete. */
  PositionDeleteIndex deleted(List<DeleteFile> deletes, String path) {
    return loader(delete -> io.newInputFile(delete.location())).loadPositionDeletes(deletes, path);
  }

  private PositionDeleteIndex deleted(FileScanTask task) {
    return deleted(task.deletes(), task.file().location());
  }

  /** On this thread: Iceberg waits for its own pool in steps of ten milliseconds. */
  private static DeleteLoader loader(Function<DeleteFile, InputFile> open) {
    return new BaseDeleteLoader(open, SameThread.EXECUTOR);
  }

  private List<KeyedRow> rows(DataFile file) {
    return known.computeIfAbsent(file.location(), path -> readRows(file));
  }

  private List<KeyedRow> readRows(DataFile file) {
    List<KeyedRow> rows = new ArrayList<>();
    try (CloseableIterable<Record> records = open(file, shape.schema())) {
      records.forEach(record -> rows.add(shape.row(record)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private CloseableIterable<Record> open(DataFile file, Schema columns) {
    return open(file, columns, Map.of());
  }

  private CloseableIterable<Record> open(DataFile file, Schema columns, Map<Integer, ?> constants) {
    return Parquet.read(io.newInputFile(file.location()))
        .project(columns)
        .createReaderFunc(schema -> GenericParquetReaders.buildReader(columns, schema, constants))
        .build();
  }

  private static final class Filter extends GenericDeleteFilter {
    Filter(FileIO io, FileScanTask task, Schema table, Schema columns) {
      super(io, task, table, columns);
    }

    @Override
    protected DeleteLoader newDeleteLoader() {
      return loader(this::loadInputFile);
    }
  }
}
