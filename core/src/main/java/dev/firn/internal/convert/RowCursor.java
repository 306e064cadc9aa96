package dev.firn.internal.convert;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.buffer.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows into a batch, one after the other: {@link #attach}, then for each row either {@link
 * #append} (or {@link #appendKey}) or {@link #beginRow}, setters, {@link #endRow}. Not thread-safe.
 *
 * <p>A row that is refused leaves the batch as it was once {@link #undoRow} was called ({@link
 * #append} calls it). A rejection that a mapper swallows is thrown again by {@link #endRow}.
 */
public final class RowCursor extends FieldsAppender {

  private final TruncatedDecimals[] truncated;
  private @Nullable RowBatch batch;

  RowCursor(StructPlan plan, Rejections rejections, TruncatedDecimals[] truncated) {
    super(plan, rejections);
    this.truncated = truncated;
  }

  /** Writes into {@code batch} from now on, a batch of the plan's shapes. */
  public void attach(RowBatch newBatch) {
    batch = newBatch;
    attach(newBatch.columns());
  }

  /**
   * Writes one record as one row, or leaves the batch as it was.
   *
   * @throws RecordRejectedException if the record or the mapper failed
   */
  public <T> void append(T record, RecordMapper<T> mapper) {
    boolean done = false;
    try {
      beginRow();
      mapper.map(record, this);
      endRow();
      done = true;
    } catch (RecordRejectedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Rejections.mapperFailed(e);
    } finally {
      if (!done) {
        undoRow();
      }
    }
  }

  /**
   * Writes one record as a row that stands for the delete of its key, or leaves the batch as it
   * was. Columns that are not part of the key, nor say which row of it is newer, may be unset or
   * null even if they are required, so the row may hold nulls that no file could: it must not get
   * into one. Values that are set are checked like any others.
   *
   * @throws RecordRejectedException if the key is not whole, or the record or the mapper failed
   */
  public <T> void appendKey(T record, RecordMapper<T> mapper) {
    rejections.onlyKeyCounts(true);
    try {
      append(record, mapper);
    } finally {
      rejections.onlyKeyCounts(false);
    }
  }

  /** Starts the next row. */
  public void beginRow() {
    rejections.clear();
    begin(batch().rows());
  }

  /**
   * Ends the row: fills defaults and nulls, checks what is required.
   *
   * @throws RecordRejectedException if the row is not complete, or a setter has refused a value
   *     before; the row is to be undone
   */
  public void endRow() {
    RecordRejectedException swallowed = rejections.first();
    if (swallowed != null) {
      throw swallowed;
    }
    end();
    for (TruncatedDecimals decimals : truncated) {
      decimals.check(batch());
    }
    batch().endRow();
  }

  /** Drops what the row being written has added, and leaves the batch as before it. */
  public void undoRow() {
    abandon();
    rejections.clear();
    batch().truncate(batch().rows());
  }

  private RowBatch batch() {
    if (batch == null) {
      throw new IllegalStateException("the cursor is attached to no batch");
    }
    return batch;
  }
}
