package dev.firn.internal.commit;

import java.util.Objects;

/**
 * How one attempt ended when it did not end well. Deliberately neither Iceberg's {@code
 * CommitFailedException}, which Iceberg would retry, nor a {@code CleanableFailure}, on which it
 * would delete manifests: both are unsafe when a catalog answers "failed" for a commit that landed.
 */
final class AttemptFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is known about the attempt. None of them but NOT_SENT proves that it did not land. */
  enum Kind {
    /** It failed while it was built; the catalog was not called. */
    NOT_SENT,
    /** The catalog says that the base has moved. */
    CONFLICT,
    /** The catalog refuses: no permission, or a request it does not take. */
    REJECTED,
    /** Anything else: time-outs, broken connections, server errors. */
    UNKNOWN
  }

  private final Kind kind;

  AttemptFailure(Kind kind, RuntimeException cause) {
    super(kind + ": " + cause.getMessage(), cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** What Iceberg or the catalog threw. */
  RuntimeException reason() {
    return (RuntimeException) Objects.requireNonNull(getCause());
  }
}
