package dev.firn.internal.scan;

import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.LongColumn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.InternalData;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Collects (data file, position) pairs. Writers sort them by data file, so that the one that was
 * named last is nearly always the one that is named next. Hot.
 */
final class PositionDeletes {

  private static final NestedField PATH = MetadataColumns.DELETE_FILE_PATH;
  private static final NestedField POSITION = MetadataColumns.DELETE_FILE_POS;

  private static final NameMapping NAMES =
      NameMapping.of(
          MappedField.of(PATH.fieldId(), PATH.name()),
          MappedField.of(POSITION.fieldId(), POSITION.name()));

  private final @Nullable String wanted;
  private final Map<String, DeletedRows> rows = new HashMap<>();

  /** The data file named last, and its rows; null if they are not wanted. */
  private byte @Nullable [] lastPath;

  private @Nullable DeletedRows last;

  /**
   * @param wanted the data file whose rows are collected; null for all
   */
  PositionDeletes(@Nullable String wanted) {
    this.wanted = wanted;
  }

  Map<String, DeletedRows> byDataFile() {
    return rows;
  }

  void readParquet(InputFile file) throws IOException {
    try (KeyScan scan = KeyScan.open(file, List.of(PATH, POSITION), NAMES)) {
      while (scan.next()) {
        addAll(
            (BytesColumn) scan.columns().get(0), (LongColumn) scan.columns().get(1), scan.rows());
      }
    }
  }

  private void addAll(BytesColumn paths, LongColumn positions, int count) throws IOException {
    if (paths.nullCount() > 0 || positions.nullCount() > 0) {
      throw new IOException("a row of it lacks its data file or its position");
    }
    byte[] bytes = paths.bytes();
    long[] values = positions.values();
    for (int i = 0; i < count; i++) {
      add(bytes, paths.start(i), paths.end(i), values[i]);
    }
  }

  void readAvro(InputFile file) throws IOException {
    try (CloseableIterable<StructLike> deletes =
        InternalData.read(FileFormat.AVRO, file)
            .project(new Schema(PATH, POSITION))
            .reuseContainers()
            .build()) {
      for (StructLike delete : deletes) {
        byte[] path = delete.get(0, CharSequence.class).toString().getBytes(StandardCharsets.UTF_8);
        add(path, 0, path.length, delete.get(1, Long.class));
      }
    }
  }

  private void add(byte[] bytes, int start, int end, long position) {
    byte[] path = lastPath;
    if (path == null || !Arrays.equals(path, 0, path.length, bytes, start, end)) {
      lastPath = Arrays.copyOfRange(bytes, start, end);
      last = rowsOf(new String(bytes, start, end - start, StandardCharsets.UTF_8));
    }
    DeletedRows into = last;
    if (into != null) {
      into.add(position);
    }
  }

  private @Nullable DeletedRows rowsOf(String dataFile) {
    return wanted == null || wanted.equals(dataFile)
        ? rows.computeIfAbsent(dataFile, path -> new DeletedRows())
        : null;
  }
}
