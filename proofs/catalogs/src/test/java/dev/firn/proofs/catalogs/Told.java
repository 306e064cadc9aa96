package dev.firn.proofs.catalogs;

/** What a commit told its caller. */
enum Told {
  SUCCESS,
  FAILURE,
  UNKNOWN;

  /** Whether that was no lie, the rows being in the table or not. */
  boolean isTrue(boolean landed) {
    return switch (this) {
      case SUCCESS -> landed;
      case FAILURE -> !landed;
      case UNKNOWN -> true;
    };
  }

  String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
