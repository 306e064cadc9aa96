package dev.firn.internal.stage;

import dev.firn.internal.buffer.DeletedRows;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * The rows of one data file that are not to be there any more after a commit.
 *
 * @param file as a manifest of the base has it, or one of the files that the commit adds
 * @param added the rows that this commit deletes; not empty
 * @param all these, and those that the file has lost before
 * @param earlier the delete files of the base that speak of this file and of no other: {@code all}
 *     can stand in their place. As manifests have them, so that they are found again
 */
public record RowDeletes(
    DataFile file, DeletedRows added, DeletedRows all, List<DeleteFile> earlier) {

  public RowDeletes {
    earlier = List.copyOf(earlier);
  }

  /** Whether no row is left: then the file itself goes. */
  public boolean isWholeFile() {
    return all.count() == file.recordCount();
  }
}
