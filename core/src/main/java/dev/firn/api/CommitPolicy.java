package dev.firn.api;

import java.time.Duration;
import java.util.Objects;

/**
 * When a background commit is due. Commits happen at marks only; a trigger that fires between two
 * marks waits for the next one. This one setting covers freshness from a second to an hour:
 *
 * <pre>{@code
 * CommitPolicy.every(Duration.ofSeconds(10)).orAfterBytes(256L << 20)
 * }</pre>
 *
 * Immutable; each {@code or...} returns a copy with one more trigger.
 *
 * @since 0.1
 */
public final class CommitPolicy {

  private static final CommitPolicy MANUAL =
      new CommitPolicy(Duration.ZERO, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO);

  private final Duration interval;
  private final long bytes;
  private final long rows;
  private final Duration idle;

  private CommitPolicy(Duration interval, long bytes, long rows, Duration idle) {
    this.interval = interval;
    this.bytes = bytes;
    this.rows = rows;
    this.idle = idle;
  }

  /** Commits are due {@code interval} after the oldest row that is not yet committed. */
  public static CommitPolicy every(Duration interval) {
    return new CommitPolicy(
        positive("interval", interval), Long.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO);
  }

  /** Nothing commits but {@code commit()} and {@code commitAsync()}. */
  public static CommitPolicy manual() {
    return MANUAL;
  }

  /**
   * Due as well when the rows since the last cut have taken {@code bytes} of memory, those included
   * that went into files already.
   */
  public CommitPolicy orAfterBytes(long bytes) {
    return new CommitPolicy(interval, positive("bytes", bytes), rows, idle);
  }

  /** Due as well after {@code rows} rows. */
  public CommitPolicy orAfterRows(long rows) {
    return new CommitPolicy(interval, bytes, positive("rows", rows), idle);
  }

  /** Due as well when no row has come for {@code idle}. */
  public CommitPolicy orWhenIdle(Duration idle) {
    return new CommitPolicy(interval, bytes, rows, positive("idle", idle));
  }

  /** Whether there is no trigger at all. */
  public boolean isManual() {
    return interval.isZero() && idle.isZero() && bytes == Long.MAX_VALUE && rows == Long.MAX_VALUE;
  }

  /** The interval, or zero when there is none. */
  public Duration interval() {
    return interval;
  }

  /** The byte trigger, or {@code Long.MAX_VALUE} when there is none. */
  public long bytes() {
    return bytes;
  }

  /** The row trigger, or {@code Long.MAX_VALUE} when there is none. */
  public long rows() {
    return rows;
  }

  /** The idle trigger, or zero when there is none. */
  public Duration idle() {
    return idle;
  }

  private static Duration positive(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + " must be positive, but is " + value);
    }
    return value;
  }

  private static long positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, but is " + value);
    }
    return value;
  }

  @Override
  public String toString() {
    if (isManual()) {
      return "manual";
    }
    StringBuilder text = new StringBuilder("every ").append(interval);
    if (bytes != Long.MAX_VALUE) {
      text.append(" or after ").append(bytes).append(" bytes");
    }
    if (rows != Long.MAX_VALUE) {
      text.append(" or after ").append(rows).append(" rows");
    }
    if (!idle.isZero()) {
      text.append(" or when idle for ").append(idle);
    }
    return text.toString();
  }
}
