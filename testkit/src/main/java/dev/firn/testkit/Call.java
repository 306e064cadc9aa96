package dev.firn.testkit;

/** What can be asked of a catalog or of file storage, and so can fail. */
public enum Call {
  /** Loading a table from the catalog. */
  LOAD,
  /** {@code TableOperations.refresh}. */
  REFRESH,
  /** {@code TableOperations.commit}. */
  COMMIT,
  /** Opening a new file. */
  CREATE,
  /** Writing bytes to it. */
  WRITE,
  /** Closing it, which is when object stores take it. */
  CLOSE,
  /** Opening a file to read. */
  READ,
  /** Deleting one. */
  DELETE
}
