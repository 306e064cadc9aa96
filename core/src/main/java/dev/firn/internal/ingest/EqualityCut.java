package dev.firn.internal.ingest;

import dev.firn.internal.encode.EqualityDeleteEncoder;
import dev.firn.internal.encode.SealedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DeleteFile;

/**
 * The equality deletes of one cut, a file for each partition.
 *
 * @param writerId of whoever cuts
 * @param files to be sealed
 */
record EqualityCut(UUID writerId, EqualityDeleteEncoder encoder, List<SealTask> files) {

  /** What a commit needs to know of the files; all are sealed. */
  List<DeleteFile> deletes() {
    List<DeleteFile> deletes = new ArrayList<>(files.size());
    for (SealTask file : files) {
      SealedFile sealed = file.seal();
      if (sealed != null) {
        deletes.add(encoder.deletes(sealed));
      }
    }
    return deletes;
  }
}
