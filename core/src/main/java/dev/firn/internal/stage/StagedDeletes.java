package dev.firn.internal.stage;

import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;

/**
 * What goes for the rows of one staged commit, as far as nobody need look for it in the table.
 *
 * @param writerId who has staged it: of one writer a snapshot takes one staged commit at most
 * @param equality equality-delete files of the keys that came, each of which takes away the older
 *     rows of its keys; not the rows that are committed with it
 * @param superseded rows of the staged files themselves that are not the last of their key. The
 *     same objects each time, so that what was written for them may be used again
 */
public record StagedDeletes(UUID writerId, List<DeleteFile> equality, List<RowDeletes> superseded) {

  /** Of rows that are only appended, or whose deletes others look for. */
  public static final StagedDeletes NONE = new StagedDeletes(new UUID(0, 0), List.of(), List.of());

  public StagedDeletes {
    equality = List.copyOf(equality);
    superseded = List.copyOf(superseded);
  }

  /** Whether there is nothing to delete. */
  public boolean isNone() {
    return equality.isEmpty() && superseded.isEmpty();
  }
}
