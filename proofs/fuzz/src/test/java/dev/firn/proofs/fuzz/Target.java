package dev.firn.proofs.fuzz;

import java.util.List;

/** One thing that foreign input reaches. Not thread-safe. */
interface Target {

  /** What the command line calls it. */
  String name();

  /** Inputs to start from: valid ones, so that mutations get past the first checks. */
  List<byte[]> seeds();

  /**
   * Gives {@code input} to Firn. Typed refusals are part of the game and are caught here.
   *
   * @throws Finding if Firn broke a promise; anything else thrown is one too
   */
  void run(byte[] input);

  /** What the calling thread may allocate for {@code input}, in bytes. */
  long allowedBytes(byte[] input);
}
