package dev.firn.internal.stage;

import dev.firn.api.CommitToken;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;

/**
 * What one staged commit says: these files hold the rows of {@code [from, to)} of this stream.
 *
 * @param stageId made once when the files were staged; the same over all attempts to commit them
 * @param tableUuid the table that the files were written for
 * @param streamId the stream
 * @param branch the branch they are meant for
 * @param from where the rows begin, per source; a source missing here begins at its beginning
 * @param to where they end, per source
 * @param keyFingerprint of the key by which the rows replace others; 0 if they are only appended
 * @param dataFiles the sealed files; empty when only the token advances
 */
public record StagedFiles(
    UUID stageId,
    String tableUuid,
    String streamId,
    String branch,
    CommitToken from,
    CommitToken to,
    long keyFingerprint,
    List<DataFile> dataFiles) {

  public StagedFiles {
    dataFiles = List.copyOf(dataFiles);
  }

  /** Of rows that are only appended. */
  public StagedFiles(
      UUID stageId,
      String tableUuid,
      String streamId,
      String branch,
      CommitToken from,
      CommitToken to,
      List<DataFile> dataFiles) {
    this(stageId, tableUuid, streamId, branch, from, to, 0, dataFiles);
  }

  /** Whether the rows replace others of the same key, in the table or staged before. */
  public boolean replacesByKey() {
    return keyFingerprint != 0;
  }

  /** Rows in all files. */
  public long rows() {
    long rows = 0;
    for (DataFile file : dataFiles) {
      rows += file.recordCount();
    }
    return rows;
  }

  /** Bytes of all files. */
  public long bytes() {
    long bytes = 0;
    for (DataFile file : dataFiles) {
      bytes += file.fileSizeInBytes();
    }
    return bytes;
  }
}
