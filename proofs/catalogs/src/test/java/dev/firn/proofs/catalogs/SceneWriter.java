package dev.firn.proofs.catalogs;

/** Who writes batches in a scene. */
interface SceneWriter extends AutoCloseable {

  /** Writes and commits batch {@code number}. */
  Told write(int number);

  /** What an application does that was not told success: it brings the batch again. */
  void replay(int number);

  @Override
  void close();
}
