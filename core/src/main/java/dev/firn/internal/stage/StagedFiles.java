package dev.firn.internal.stage;

import dev.firn.api.CommitToken;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.ContentFile;
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
 * @param keyFingerprint of the key by which the rows replace others that the committer must look
 *     for; 0 if there are none to look for
 * @param dataFiles the sealed files; empty when only the token advances
 * @param deletes what goes for these rows without being looked for
 */
public record StagedFiles(
    UUID stageId,
    String tableUuid,
    String streamId,
    String branch,
    CommitToken from,
    CommitToken to,
    long keyFingerprint,
    List<DataFile> dataFiles,
    StagedDeletes deletes) {

  public StagedFiles {
    dataFiles = List.copyOf(dataFiles);
  }

  /**
   * Of rows that are only appended, or of which the committer looks for those that they replace.
   */
  public StagedFiles(
      UUID stageId,
      String tableUuid,
      String streamId,
      String branch,
      CommitToken from,
      CommitToken to,
      long keyFingerprint,
      List<DataFile> dataFiles) {
    this(
        stageId,
        tableUuid,
        streamId,
        branch,
        from,
        to,
        keyFingerprint,
        dataFiles,
        StagedDeletes.NONE);
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

  /** Whether the committer must look for rows of the same key, in the table or staged before. */
  public boolean replacesByKey() {
    return keyFingerprint != 0;
  }

  /** Where all files are that were written for it. */
  public List<String> locations() {
    List<String> locations = new ArrayList<>();
    dataFiles.stream().map(ContentFile::location).forEach(locations::add);
    deletes.equality().stream().map(ContentFile::location).forEach(locations::add);
    return locations;
  }

  /** Rows in all data files. */
  public long rows() {
    long rows = 0;
    for (DataFile file : dataFiles) {
      rows += file.recordCount();
    }
    return rows;
  }

  /** Bytes of all data files. */
  public long bytes() {
    long bytes = 0;
    for (DataFile file : dataFiles) {
      bytes += file.fileSizeInBytes();
    }
    return bytes;
  }
}
