package dev.firn.proofs.catalogs;

import static dev.firn.proofs.catalogs.Place.POSTGRESQL;
import static dev.firn.proofs.catalogs.Place.REST;
import static dev.firn.proofs.catalogs.Place.SQLITE;

import java.util.Set;

/** What happens to one commit between a catalog's client and the catalog. */
enum Fault {
  UNAVAILABLE(503, false, "503 with Retry-After", REST),
  UNAVAILABLE_APPLIED(503, true, "503 with Retry-After", REST),
  TOO_MANY(429, false, "429", REST),
  TOO_MANY_APPLIED(429, true, "429", REST),
  ERROR(500, false, "500", REST),
  ERROR_APPLIED(500, true, "500", REST),
  BAD_GATEWAY(502, false, "502", REST),
  BAD_GATEWAY_APPLIED(502, true, "502", REST),

  CUT(false, "connection cut", REST, POSTGRESQL, SQLITE),
  CUT_APPLIED(true, "connection cut", REST, POSTGRESQL, SQLITE),
  /** Both the connection and the one that the pool makes in its place. */
  CUT_TWICE(true, "connection cut, and cut again when the client sends anew", POSTGRESQL, SQLITE),
  SILENT(false, "no answer until the client's timeout", REST, POSTGRESQL),
  SILENT_APPLIED(true, "no answer until the client's timeout", REST, POSTGRESQL),
  SLOW(true, "true answer, 30 s late", REST),

  DOUBLED_FIRST_ANSWER(true, "request doubled, first answer returned", REST),
  DOUBLED_SECOND_ANSWER(true, "request doubled, second answer returned", REST),
  /** The client hears 500, or its connection is cut; the request is still on its way. */
  LATE(false, "request arrives just before the one sent in its place", REST, POSTGRESQL),
  OVERTAKEN(false, "request arrives just after the one sent in its place", REST, POSTGRESQL),
  SWAPPED(true, "request overtaken by the other writer's", REST),

  DARK(false, "connection cut, catalog gone for a while", REST, POSTGRESQL, SQLITE),
  DARK_APPLIED(true, "connection cut, catalog gone for a while", REST, POSTGRESQL, SQLITE);

  /** The HTTP status that is answered instead of the true one; 0 for none. */
  final int status;

  /** Whether the commit reaches the catalog before the client hears anything. */
  final boolean applied;

  /** As the report has it. */
  final String title;

  final Set<Place> places;

  Fault(boolean applied, String title, Place... places) {
    this(0, applied, title, places);
  }

  Fault(int status, boolean applied, String title, Place... places) {
    this.status = status;
    this.applied = applied;
    this.title = title;
    this.places = Set.of(places);
  }

  /** Whether only the client's own timeout ends the wait. */
  boolean isSilent() {
    return this == SILENT || this == SILENT_APPLIED;
  }

  /** Whether the request arrives when its client has heard that it failed. */
  boolean isLate() {
    return this == LATE || this == OVERTAKEN;
  }

  /** Whether the catalog cannot be reached afterwards until it is healed. */
  boolean isDark() {
    return this == DARK || this == DARK_APPLIED;
  }

  /** Whether a client that sends the request again by itself hears that it has failed. */
  boolean endsInFalseConflict(Place place) {
    return this == UNAVAILABLE_APPLIED
        || this == TOO_MANY_APPLIED
        || this == DOUBLED_SECOND_ANSWER
        || (place != REST && (this == CUT_APPLIED || this == SILENT_APPLIED || this == LATE));
  }
}
