package dev.firn.internal.ingest;

import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.SortKeys;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.SealedFile;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * One file that waits to be sealed: what is encoded, and the rows that are not yet. May be run by
 * any thread and again after a failed write; the memory it holds is given back when the file is
 * written.
 *
 * <p>Dropping it never waits for a write under way: whoever writes cleans up behind itself.
 */
final class SealTask {

  private final FileIO io;
  private final MemoryBudget budget;
  private final @Nullable SortKeys sort;
  private final long rows;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long charged;
  private final @Nullable CutFile keyed;
  private @Nullable DataFileEncoder encoder;
  private @Nullable RowBatch rest;
  private @Nullable SealedFile sealed;

  /** Whether all rows were superseded before they were written. */
  private boolean empty;

  private volatile @Nullable FirnException failure;
  private volatile boolean dropped;
  private boolean forgotten;

  /**
   * @param rest rows to encode before the file is sealed
   * @param sort the order that the rest is brought into, or null to take it as it came
   * @param keyed learns where the rows end up; null if nobody asks
   * @param charged bytes of {@code budget} that this file holds
   */
  SealTask(
      DataFileEncoder encoder,
      @Nullable RowBatch rest,
      @Nullable SortKeys sort,
      @Nullable CutFile keyed,
      FileIO io,
      MemoryBudget budget,
      long charged) {
    this.encoder = encoder;
    this.rest = rest;
    this.sort = sort;
    this.keyed = keyed;
    this.io = io;
    this.budget = budget;
    this.charged = charged;
    this.rows = encoder.rows() + (rest == null ? 0 : rest.rows());
  }

  long rows() {
    return rows;
  }

  /** The file as its keys know it; null if nobody asks for them. */
  @Nullable CutFile keyed() {
    return keyed;
  }

  /** Why the last try failed; null if there was none, or it did not. */
  @Nullable FirnException failure() {
    return failure;
  }

  /** Whether the last try failed at the storage, so that another one may succeed. */
  boolean mayTryAgain() {
    return failure instanceof StorageException;
  }

  /** Bytes of memory that come free when the file is sealed. */
  long charged() {
    return charged;
  }

  boolean isDropped() {
    return dropped;
  }

  /**
   * Writes the file, unless it is written already.
   *
   * @return the file; null if no row of it was left to write
   * @throws StorageException if it could not be written; call again
   * @throws WriterFailedException if encoding has failed: what is half encoded is of no use
   */
  @Nullable SealedFile seal() {
    lock.lock();
    try {
      if (sealed == null && !empty) {
        sealed = write();
        empty = sealed == null;
        letGo();
      }
      return sealed;
    } finally {
      lock.unlock();
      if (dropped) {
        forget();
      }
    }
  }

  private @Nullable SealedFile write() {
    if (failure instanceof WriterFailedException broken) {
      throw broken;
    }
    DataFileEncoder open = encoder;
    if (open == null || dropped) {
      throw new IllegalStateException("this file was dropped");
    }
    try {
      RowBatch left = rest;
      if (left != null) {
        int[] order = order(left);
        if (order == null) {
          open.add(left);
        } else {
          open.add(left, order);
        }
        rest = null;
      }
      SealedFile done = open.rows() == 0 ? null : open.seal();
      failure = null;
      return done;
    } catch (StorageException e) {
      failure = e;
      throw e;
    } catch (RuntimeException | Error e) {
      failure =
          new WriterFailedException(
              rows + " rows could not be encoded: " + e + ". Reopen and replay.", e);
      throw e;
    }
  }

  private int @Nullable [] order(RowBatch left) {
    if (keyed != null) {
      return keyed.order(left, sort);
    }
    return sort == null ? null : sort.order(left);
  }

  /** Gives the memory back, and deletes the file if there is one already. */
  void drop() {
    dropped = true;
    forget();
  }

  private void forget() {
    if (!lock.tryLock()) {
      return; // who holds it looks at dropped when it has let go
    }
    SealedFile file;
    try {
      if (forgotten) {
        return;
      }
      forgotten = true;
      file = sealed;
      letGo();
    } finally {
      lock.unlock();
    }
    if (file != null) {
      deleteQuietly(file);
    }
  }

  private void deleteQuietly(SealedFile file) {
    try {
      io.deleteFile(file.location());
    } catch (RuntimeException e) {
      TableStager.LOG.warn(
          "Could not delete dropped file {}; no snapshot names it", file.location(), e);
    }
  }

  private void letGo() {
    encoder = null;
    rest = null;
    long held = charged;
    // First, so that nobody counts on memory that has come free already.
    charged = 0;
    budget.release(held);
  }
}
