package dev.firn.internal.stage;

import dev.firn.internal.buffer.DeletedRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;

/**
 * {@link StagedDeletes} as bytes and back.
 *
 * <pre>
 * writer id | count of key columns | their field ids | count of equality-delete files | files |
 * count of files with superseded rows | for each: number of the data file, rows
 * </pre>
 *
 * <p>All equality-delete files of a staged commit are of one key. Rows are positions, as {@link
 * DeletedRows#toPortableBytes} has them: positions and not a delete file, because what form that
 * has is for the table to say when it is committed to.
 */
final class StagedDeletesBytes {

  /** Number of the data file, length of the rows, count of bitmaps in them. */
  private static final int MIN_SUPERSEDED_BYTES = 2 + Long.BYTES;

  private StagedDeletesBytes() {}

  static void write(ByteSink out, StagedFiles staged, IntFunction<PartitionSpec> specs) {
    StagedDeletes deletes = staged.deletes();
    out.putLong(deletes.writerId().getMostSignificantBits());
    out.putLong(deletes.writerId().getLeastSignificantBits());
    List<DeleteFile> files = deletes.equality();
    List<Integer> key = files.isEmpty() ? List.of() : files.get(0).equalityFieldIds();
    out.putVarint(key.size());
    key.forEach(out::putVarint);
    out.putVarint(files.size());
    for (DeleteFile file : files) {
      if (!key.equals(file.equalityFieldIds())) {
        throw new IllegalArgumentException(
            "keys of " + key + " and " + file.equalityFieldIds() + " in one staged commit");
      }
      DataFileBytes.write(out, file, specs.apply(file.specId()));
    }
    Map<String, DeletedRows> superseded = new HashMap<>();
    deletes.superseded().forEach(rows -> superseded.put(rows.file().location(), rows.all()));
    out.putVarint(superseded.size());
    for (int number = 0; number < staged.dataFiles().size(); number++) {
      DeletedRows rows = superseded.remove(staged.dataFiles().get(number).location());
      if (rows != null) {
        out.putVarint(number);
        out.putBytes(rows.toPortableBytes());
      }
    }
    if (!superseded.isEmpty()) {
      throw new IllegalArgumentException("rows of files that are not staged: " + superseded);
    }
  }

  static StagedDeletes read(
      ByteSource in, List<DataFile> staged, IntFunction<PartitionSpec> specs) {
    UUID writerId = new UUID(in.getLong(), in.getLong());
    int[] key = new int[in.getCount(1)];
    for (int i = 0; i < key.length; i++) {
      key[i] = in.getInt();
    }
    int files = in.getCount(DataFileBytes.MIN_BYTES);
    List<DeleteFile> equality = new ArrayList<>(files);
    for (int i = 0; i < files; i++) {
      if (key.length == 0) {
        throw ByteSource.damaged("equality deletes of no column");
      }
      equality.add(DataFileBytes.readEqualityDeletes(in, specs, key));
    }
    int count = in.getCount(MIN_SUPERSEDED_BYTES);
    List<RowDeletes> superseded = new ArrayList<>(count);
    int last = -1;
    for (int i = 0; i < count; i++) {
      int number = in.getInt();
      if (number <= last || number >= staged.size()) {
        throw ByteSource.damaged("rows of file " + number + " of " + staged.size());
      }
      last = number;
      DataFile file = staged.get(number);
      DeletedRows rows = rows(in.getBytes(), file.recordCount());
      superseded.add(new RowDeletes(file, rows, rows, List.of()));
    }
    return new StagedDeletes(writerId, equality, superseded);
  }

  /** Taken over one by one: a bitmap that somebody made up need not be in order. */
  private static DeletedRows rows(byte[] bytes, long rowsInFile) {
    DeletedRows rows = new DeletedRows();
    try {
      DeletedRows.ofPortableBytes(ByteBuffer.wrap(bytes))
          .forEach(
              position -> {
                if (position >= rowsInFile) {
                  throw ByteSource.damaged("row " + position + " of " + rowsInFile);
                }
                rows.add(position);
              });
    } catch (IOException e) {
      throw ByteSource.damaged(String.valueOf(e.getMessage()));
    }
    if (rows.isEmpty()) {
      throw ByteSource.damaged("a file is named of which no row is superseded");
    }
    return rows;
  }
}
