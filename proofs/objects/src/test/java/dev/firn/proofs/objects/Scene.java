package dev.firn.proofs.objects;

import dev.firn.proofs.objects.FaultScript.Step;
import dev.firn.proofs.objects.StoreCall.Kind;
import dev.firn.proofs.objects.StoreCall.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What goes wrong while one batch is written.
 *
 * @param catalog who keeps the table's name
 * @param what in words
 * @param createOnly whether puts carry a condition, so that one sent again is answered 412
 * @param gateway what the gateway before the REST catalog answers when the server is late; 0 if
 *     there is none
 */
record Scene(CatalogKind catalog, String what, List<Step> steps, boolean createOnly, int gateway) {

  /** Where the compare-and-set is. */
  enum CatalogKind {
    JDBC,
    REST
  }

  /** One more than the SDK tries again: the fault gets through to Iceberg. */
  static final int THROUGH = StoreCatalogs.SDK_RETRIES + 1;

  private static final int ALL = 30;

  /** The server is waited for, however long it takes. */
  private static final int NO_GATEWAY = 0;

  Scene {
    steps = List.copyOf(steps);
  }

  /** One fault on one kind of call, with a foreign commit when it strikes. */
  static Scene of(CatalogKind catalog, Verb verb, Kind kind, StoreFault fault, int times) {
    String call =
        verb == Verb.DELETE ? "delete" : verb.name().toLowerCase(Locale.ROOT) + " " + words(kind);
    return new Scene(
        catalog,
        call + ": " + words(fault) + times(times),
        List.of(FaultScript.step(verb, kind, fault, times).andOthersCommit()),
        false,
        NO_GATEWAY);
  }

  /** A put is stored, its answer lost, and the SDK's second put refused with 412. */
  static Scene preconditionFailed(CatalogKind catalog, Kind kind) {
    return new Scene(
        catalog,
        "put " + words(kind) + ": stored, answer lost, 412 for the put sent again",
        List.of(FaultScript.step(Verb.PUT, kind, StoreFault.DONE_RESET, 1).andOthersCommit()),
        true,
        NO_GATEWAY);
  }

  /** A data file's put is stored but answered 500, and the clean-up fails too. */
  static Scene storedAndNotDeleted(CatalogKind catalog) {
    return new Scene(
        catalog,
        "put data file: stored, yet 500, through; then delete: 500, through",
        List.of(
            FaultScript.step(Verb.PUT, Kind.DATA, StoreFault.DONE_ERROR, THROUGH).andOthersCommit(),
            FaultScript.step(Verb.DELETE, Kind.DATA, StoreFault.ERROR, THROUGH)),
        false,
        NO_GATEWAY);
  }

  /**
   * The commit has landed, but the catalog server cannot read the new metadata back in time, and
   * the gateway before it answers in its place.
   */
  static Scene landedThenGateway(int status) {
    return new Scene(
        CatalogKind.REST,
        "get metadata by the server after the commit landed: too late, gateway answers " + status,
        List.of(
            FaultScript.step(Verb.PUT, Kind.METADATA, StoreFault.NONE, 1),
            FaultScript.step(Verb.GET, Kind.METADATA, StoreFault.LATE, 1).andOthersCommit()),
        false,
        status);
  }

  /**
   * The catalog server's put of metadata hangs, the gateway answers 504, and the client finds
   * nothing in the table. While it sends the batch again, the first request lands after all.
   */
  static Scene landsWhileSentAgain() {
    return new Scene(
        CatalogKind.REST,
        "put metadata by the server: hangs, gateway answers 504, lands while the batch is sent again",
        List.of(
            FaultScript.step(Verb.PUT, Kind.METADATA, StoreFault.HOLD, 1),
            FaultScript.step(Verb.PUT, Kind.MANIFEST_LIST, StoreFault.LET_GO, 1).andOthersCommit()),
        false,
        504);
  }

  /** Every kind of call with every fault that fits it. */
  static List<Scene> all() {
    List<Scene> scenes = new ArrayList<>();
    scenes.add(landedThenGateway(503));
    scenes.add(landedThenGateway(504));
    scenes.add(landsWhileSentAgain());
    for (Kind kind : List.of(Kind.DATA, Kind.MANIFEST, Kind.MANIFEST_LIST, Kind.METADATA)) {
      addPuts(scenes, CatalogKind.JDBC, kind);
    }
    for (Kind kind : List.of(Kind.MANIFEST, Kind.MANIFEST_LIST, Kind.METADATA)) {
      addGets(scenes, CatalogKind.JDBC, kind);
    }
    // All other files go the same way under both catalogs.
    addPuts(scenes, CatalogKind.REST, Kind.METADATA);
    addGets(scenes, CatalogKind.REST, Kind.METADATA);
    for (CatalogKind catalog : CatalogKind.values()) {
      for (StoreFault fault :
          List.of(StoreFault.ERROR, StoreFault.SLOW_DOWN, StoreFault.FORBIDDEN, StoreFault.RESET)) {
        scenes.add(of(catalog, Verb.DELETE, Kind.METADATA, fault, ALL));
      }
      scenes.add(storedAndNotDeleted(catalog));
    }
    return scenes;
  }

  private static void addPuts(List<Scene> scenes, CatalogKind catalog, Kind kind) {
    scenes.add(of(catalog, Verb.PUT, kind, StoreFault.SLOW, 1));
    scenes.add(of(catalog, Verb.PUT, kind, StoreFault.SLOW_DOWN, 1));
    scenes.add(of(catalog, Verb.PUT, kind, StoreFault.DONE_RESET, 1));
    scenes.add(of(catalog, Verb.PUT, kind, StoreFault.FORBIDDEN, 1));
    for (StoreFault fault :
        List.of(
            StoreFault.SLOW_DOWN,
            StoreFault.ERROR,
            StoreFault.RESET,
            StoreFault.DONE_ERROR,
            StoreFault.DONE_RESET,
            StoreFault.LATE)) {
      scenes.add(of(catalog, Verb.PUT, kind, fault, THROUGH));
    }
    scenes.add(preconditionFailed(catalog, kind));
  }

  private static void addGets(List<Scene> scenes, CatalogKind catalog, Kind kind) {
    scenes.add(of(catalog, Verb.GET, kind, StoreFault.SLOW, 1));
    scenes.add(of(catalog, Verb.GET, kind, StoreFault.FORBIDDEN, 1));
    scenes.add(of(catalog, Verb.GET, kind, StoreFault.HALF_BODY, 1));
    for (StoreFault fault :
        List.of(
            StoreFault.SLOW_DOWN,
            StoreFault.ERROR,
            StoreFault.RESET,
            StoreFault.LATE,
            StoreFault.HALF_BODY)) {
      scenes.add(of(catalog, Verb.GET, kind, fault, THROUGH));
    }
  }

  private static String times(int times) {
    return times == 1 ? ", once" : times == ALL ? ", all" : ", through";
  }

  private static String words(Kind kind) {
    return kind == Kind.DATA ? "data file" : kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String words(StoreFault fault) {
    return switch (fault) {
      case NONE -> "nothing";
      case ERROR -> "500";
      case SLOW_DOWN -> "503 SlowDown";
      case FORBIDDEN -> "403";
      case RESET -> "connection reset";
      case DONE_ERROR -> "stored, yet 500";
      case DONE_RESET -> "stored, then reset";
      case SLOW -> "slow";
      case LATE -> "client times out, done later";
      case HALF_BODY -> "half a body";
      case HOLD -> "hangs";
      case LET_GO -> "passes";
    };
  }

  @Override
  public String toString() {
    return catalog + ", " + what;
  }
}
