package dev.firn.internal.encode;

import org.apache.iceberg.io.FileIO;

/** A file that was written, whole or in part, and that no snapshot will name. */
public final class GivenUpFile {

  private GivenUpFile() {}

  /** Deletes it if the storage lets it; else it is an orphan for maintenance. */
  public static void delete(FileIO io, String location) {
    try {
      io.deleteFile(location);
    } catch (RuntimeException e) {
      // Nothing refers to it, and what went wrong before is what is to be told.
    }
  }
}
