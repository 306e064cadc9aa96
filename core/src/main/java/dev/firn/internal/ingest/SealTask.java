package dev.firn.internal.ingest;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.SortKeys;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.SealedFile;
import org.jspecify.annotations.Nullable;

/**
 * One file that waits to be sealed: what is encoded, and the rows that are not yet. May be run by
 * any thread and again after a failure; the memory it holds is given back when the file is written.
 */
final class SealTask {

  private final MemoryBudget budget;
  private final @Nullable SortKeys sort;
  private final long rows;
  private volatile long charged;
  private @Nullable DataFileEncoder encoder;
  private @Nullable RowBatch rest;
  private volatile @Nullable SealedFile sealed;
  private volatile @Nullable StorageException failure;

  /**
   * @param rest rows to encode before the file is sealed
   * @param sort the order that the rest is brought into, or null to take it as it came
   * @param charged bytes of {@code budget} that this file holds
   */
  SealTask(
      DataFileEncoder encoder,
      @Nullable RowBatch rest,
      @Nullable SortKeys sort,
      MemoryBudget budget,
      long charged) {
    this.encoder = encoder;
    this.rest = rest;
    this.sort = sort;
    this.budget = budget;
    this.charged = charged;
    this.rows = encoder.rows() + (rest == null ? 0 : rest.rows());
  }

  long rows() {
    return rows;
  }

  /** Why the last try failed; null if there was none, or it did not. */
  @Nullable StorageException failure() {
    return failure;
  }

  /** Bytes of memory that come free when the file is sealed. */
  long charged() {
    return charged;
  }

  /**
   * Writes the file, unless it is written already.
   *
   * @throws dev.firn.api.error.StorageException if it could not be written; call again
   */
  synchronized SealedFile seal() {
    SealedFile done = sealed;
    if (done != null) {
      return done;
    }
    if (encoder == null) {
      throw new IllegalStateException("this file was dropped");
    }
    if (rest != null) {
      if (sort == null) {
        encoder.add(rest);
      } else {
        encoder.add(rest, sort.order(rest));
      }
      rest = null;
    }
    try {
      done = encoder.seal();
    } catch (StorageException e) {
      failure = e;
      throw e;
    }
    failure = null;
    sealed = done;
    letGo();
    return done;
  }

  /** Gives the memory back without a file; the file, if there is one already, is returned. */
  synchronized @Nullable SealedFile drop() {
    letGo();
    return sealed;
  }

  private void letGo() {
    encoder = null;
    rest = null;
    budget.release(charged);
    charged = 0;
  }
}
