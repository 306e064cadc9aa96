package dev.firn.proofs.fuzz;

/** Firn broke a promise on some input. */
final class Finding extends AssertionError {

  private static final long serialVersionUID = 1L;

  Finding(String what) {
    super(what);
  }

  Finding(String what, Throwable cause) {
    super(what, cause);
  }
}
