package dev.firn.proofs.objects;

/** What the wire to the store does with one request. */
enum StoreFault {
  /** Passes it on. In a script: waits for this call before the next step counts. */
  NONE(0, true),
  /** 500, nothing was done. */
  ERROR(500, false),
  /** 503 SlowDown, nothing was done: what S3 answers when it throttles. */
  SLOW_DOWN(503, false),
  /** 403, nothing was done: what S3 answers for credentials that are about to be renewed. */
  FORBIDDEN(403, false),
  /** The connection is reset, nothing was done. */
  RESET(0, false),
  /** Done, but the answer is 500. */
  DONE_ERROR(500, true),
  /** Done, but the connection is reset before the answer. */
  DONE_RESET(0, true),
  /** Done, and answered late. */
  SLOW(0, true),
  /** The client gives up waiting; done after that. */
  LATE(0, true),
  /** Done; half of the answer's body arrives, then the connection is closed. */
  HALF_BODY(0, true),
  /** Waits until {@link #LET_GO} strikes; done and answered then. */
  HOLD(0, true),
  /** Lets the call that is held go, waits for what it leads to, and passes this one on. */
  LET_GO(0, true);

  private final int status;
  private final boolean done;

  StoreFault(int status, boolean done) {
    this.status = status;
    this.done = done;
  }

  /** The status that is made up; 0 if none is. */
  int status() {
    return status;
  }

  /** Whether the store sees the request. */
  boolean isDone() {
    return done;
  }

  String code() {
    return switch (status) {
      case 403 -> "AccessDenied";
      case 503 -> "SlowDown";
      default -> "InternalError";
    };
  }
}
