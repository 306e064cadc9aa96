package dev.firn.proofs.catalogs;

/** What may go wrong with a commit. */
enum Harm {
  UNREADABLE("table unreadable"),
  HISTORY_UNREADABLE("older snapshots unreadable"),
  FOREIGN_LOST("another writer's rows lost"),
  OWN_LOST("own rows lost"),
  OWN_DOUBLED("own rows doubled"),
  FOREIGN_DOUBLED("another writer's rows doubled"),
  LIE("told what is not so");

  final String title;

  Harm(String title) {
    this.title = title;
  }

  boolean isIn(Outcome outcome) {
    return switch (this) {
      case LIE -> !outcome.told().isTrue(outcome.landed());
      case UNREADABLE -> !outcome.readable();
      case HISTORY_UNREADABLE -> outcome.readable() && !outcome.historyReadable();
      default -> rows(outcome) > 0;
    };
  }

  private int rows(Outcome outcome) {
    return switch (this) {
      case FOREIGN_LOST -> outcome.foreignLost();
      case FOREIGN_DOUBLED -> outcome.foreignDoubled();
      case OWN_LOST -> outcome.ownLost();
      case OWN_DOUBLED -> outcome.ownDoubled();
      case UNREADABLE, HISTORY_UNREADABLE, LIE -> 0;
    };
  }

  /** As a line of the report has it. */
  String of(Outcome outcome) {
    return switch (this) {
      case FOREIGN_LOST -> rows(outcome) + " foreign rows lost";
      case FOREIGN_DOUBLED -> rows(outcome) + " foreign rows doubled";
      case OWN_LOST -> rows(outcome) + " own rows lost";
      case OWN_DOUBLED -> rows(outcome) + " own rows doubled";
      case UNREADABLE, HISTORY_UNREADABLE, LIE -> title;
    };
  }
}
