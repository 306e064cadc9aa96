package dev.firn.proofs.races;

import java.nio.file.Path;

/** Something that holds of Firn, and must not of a mutant. */
interface Check {

  /**
   * Runs it in a process of its own, with the classes in {@code directory} before all others, and
   * says whether it failed.
   */
  boolean fails(Path directory) throws Exception;
}
