package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.scan.DeletedRowsScan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.io.FileIO;

/** What delete files say, several together. */
final class DeletesOf {

  private DeletesOf() {}

  /** Whether this holds all that is deleted in its data file, so that others do not count. */
  static boolean isVector(DeleteFile file) {
    return file.format() == FileFormat.PUFFIN;
  }

  /** The rows of the data file at {@code path} that {@code deletes}, of this file alone, delete. */
  static DeletedRows one(String path, List<DeleteFile> deletes, FileIO io) {
    DeletedRows rows = new DeletedRows();
    boolean vectors = deletes.stream().anyMatch(DeletesOf::isVector);
    for (DeleteFile file : deletes) {
      if (!vectors || isVector(file)) {
        rows.addAll(DeletedRowsScan.of(io, file, path));
      }
    }
    return rows;
  }

  /** As {@link #one}, and the rows that deletes of several data files, {@code shared}, delete. */
  static DeletedRows one(
      String path, List<DeleteFile> deletes, Map<String, DeletedRows> shared, FileIO io) {
    DeletedRows rows = one(path, deletes, io);
    DeletedRows byOthers = shared.get(path);
    // A vector holds all that was deleted before it, and nothing else counts beside it.
    if (byOthers != null && deletes.stream().noneMatch(DeletesOf::isVector)) {
      rows.addAll(byOthers);
    }
    return rows;
  }

  /** The rows that {@code deletes}, each of several data files, delete, by path of these. */
  static Map<String, DeletedRows> several(List<DeleteFile> deletes, FileIO io) {
    Map<String, DeletedRows> rows = new HashMap<>();
    for (DeleteFile file : deletes) {
      DeletedRowsScan.byDataFile(io, file)
          .forEach((path, some) -> rows.merge(path, some, DeletesOf::both));
    }
    return rows;
  }

  private static DeletedRows both(DeletedRows some, DeletedRows others) {
    some.addAll(others);
    return some;
  }
}
