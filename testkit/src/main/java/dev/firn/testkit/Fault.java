package dev.firn.testkit;

import java.util.Set;

/** One way in which a call goes wrong. "Answer" is what the caller sees. */
public enum Fault {
  /** Not applied; answer {@code CommitFailedException}. The honest "no". */
  REFUSED(Call.COMMIT),
  /** Applied; answer {@code CommitFailedException}: a retried request met its own success. */
  APPLIED_BUT_REFUSED(Call.COMMIT),
  /** Applied; answer {@code CommitStateUnknownException}. */
  UNKNOWN_APPLIED(Call.COMMIT),
  /** Not applied; answer {@code CommitStateUnknownException}. */
  UNKNOWN_NOT_APPLIED(Call.COMMIT),
  /** Applied; answer some RuntimeException, as of a driver or an HTTP client. */
  ERROR_APPLIED(Call.COMMIT),
  /** Not applied; answer some RuntimeException. */
  ERROR_NOT_APPLIED(Call.COMMIT),
  /** Answer {@code CommitStateUnknownException}; arrives later, and may lose its CAS then. */
  DELAYED(Call.COMMIT),
  /** Others come in between and finish first; then the call is made. */
  SLOW_COMMIT(Call.COMMIT),
  /** The process dies before the call: {@link ProcessDied}. */
  DIED_BEFORE_COMMIT(Call.COMMIT),
  /** The process dies when the commit has been applied: {@link ProcessDied}. */
  DIED_AFTER_COMMIT(Call.COMMIT),

  /** The table cannot be loaded. */
  LOAD_FAILS(Call.LOAD),
  /** The metadata cannot be read. */
  REFRESH_FAILS(Call.REFRESH),
  /** A refresh answers with what it answered before. */
  STALE_READ(Call.REFRESH),

  /** The file cannot be created. */
  CREATE_FAILS(Call.CREATE),
  /** Bytes cannot be written; the file stays half-written. */
  WRITE_FAILS(Call.WRITE),
  /** Everything was written, but closing fails. */
  CLOSE_FAILS(Call.CLOSE),
  /** The file cannot be opened. */
  READ_FAILS(Call.READ),
  /** The file cannot be deleted. */
  DELETE_FAILS(Call.DELETE),
  /** The call takes its time. */
  SLOW_FILE(Call.CREATE, Call.WRITE, Call.CLOSE, Call.READ, Call.DELETE),
  /** The process dies at a file: {@link ProcessDied}. */
  DIED_AT_FILE(Call.CREATE, Call.WRITE, Call.CLOSE, Call.READ, Call.DELETE);

  @SuppressWarnings("ImmutableEnumChecker") // Set.of cannot be changed
  private final Set<Call> calls;

  Fault(Call... calls) {
    this.calls = Set.of(calls);
  }

  /** Whether this can happen to {@code call}. */
  public boolean appliesTo(Call call) {
    return calls.contains(call);
  }
}
