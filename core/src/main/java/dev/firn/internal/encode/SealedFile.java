package dev.firn.internal.encode;

import org.apache.iceberg.DataFile;

/**
 * A data file that is whole, closed and in storage, and not yet part of any snapshot.
 *
 * @param dataFile what a commit needs to know of it
 */
public record SealedFile(DataFile dataFile) {

  public long rows() {
    return dataFile.recordCount();
  }

  public long bytes() {
    return dataFile.fileSizeInBytes();
  }

  public String location() {
    return dataFile.location();
  }
}
