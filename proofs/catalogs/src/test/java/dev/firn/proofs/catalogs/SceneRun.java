package dev.firn.proofs.catalogs;

import dev.firn.testkit.GenericsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;

/**
 * Plays one scene: three batches, of which the second is hurt. A writer that was not told success
 * brings its batch again once the catalog is well.
 */
final class SceneRun {

  /** Who writes, given a client. */
  interface Cast extends BiFunction<Catalog, Scene, SceneWriter> {}

  static final Cast FIRN = (client, scene) -> new FirnWriter(client, patience(scene));
  static final Cast PLAIN = (client, scene) -> new PlainWriter(client);

  private static final int FIRST = 0;
  private static final int HURT = 1;
  private static final int LAST = 2;

  private final Scene scene;
  private final Path folder;
  private final Duration slow;

  SceneRun(Scene scene, Path folder, Duration slow) {
    this.scene = scene;
    this.folder = folder;
    this.slow = slow;
  }

  /** A catalog that is gone stays so longer than the writer waits for it. */
  static Duration patience(Scene scene) {
    return scene.fault().isDark() ? Duration.ofSeconds(2) : Duration.ofSeconds(60);
  }

  Outcome play(Cast cast) {
    try (FaultyCatalogPlace place = scene.place().open(folder, slow)) {
      Catalog healthy = place.healthy();
      Events.createTable(healthy, !scene.lastAttempt());
      try (SceneWriter writer = cast.apply(client(place), scene)) {
        if (writer.write(FIRST) != Told.SUCCESS) {
          throw new AssertionError("The first batch failed before any fault");
        }
        Strike strike = strike(place, healthy);
        Told told = writer.write(HURT);
        boolean landed = holds(healthy, Events.batch(HURT));
        place.heal();
        if (told != Told.SUCCESS) {
          writer.replay(HURT);
        }
        writer.write(LAST);
        strike.requireDone();
        return outcome(healthy, told, landed);
      }
    }
  }

  /** As {@link #play}, but the fault hits the opening of a stream that exists. Firn only. */
  Outcome playOpening() {
    try (FaultyCatalogPlace place = scene.place().open(folder, slow)) {
      Catalog healthy = place.healthy();
      Events.createTable(healthy, !scene.lastAttempt());
      try (FirnWriter writer = new FirnWriter(client(place), patience(scene))) {
        writer.write(FIRST);
        Strike strike = strike(place, healthy);
        Told told = writer.reopenUnderFault();
        place.heal();
        writer.replay(HURT);
        writer.write(LAST);
        strike.requireDone();
        return outcome(healthy, told, true);
      }
    }
  }

  private Catalog client(FaultyCatalogPlace place) {
    return place.client(scene.fault().isSilent() ? place.impatience() : Map.of());
  }

  private Strike strike(FaultyCatalogPlace place, Catalog healthy) {
    Runnable others = () -> Events.append(healthy.loadTable(Events.NAME), Events.foreign(0));
    Strike strike = new Strike(scene.fault(), scene.foreign() ? others : () -> {});
    place.strikeNext(strike);
    return strike;
  }

  private Outcome outcome(Catalog healthy, Told told, boolean landed) {
    List<Long> own = new ArrayList<>(Events.batch(FIRST));
    own.addAll(Events.batch(HURT));
    own.addAll(Events.batch(LAST));
    List<Long> foreign = scene.foreign() ? Events.foreign(0) : List.of();
    List<Long> ids;
    try {
      ids = Events.ids(healthy);
    } catch (RuntimeException e) {
      return Outcome.unreadable(told, landed);
    }
    boolean historyReadable = isHistoryReadable(healthy.loadTable(Events.NAME));
    return Outcome.counted(told, landed, historyReadable, ids, own, foreign);
  }

  private static boolean isHistoryReadable(Table table) {
    try {
      for (Snapshot snapshot : table.snapshots()) {
        GenericsReader.rows(table, snapshot.snapshotId());
      }
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Whether a reader sees these rows now; by metadata alone if manifests are gone. */
  private static boolean holds(Catalog healthy, List<Long> ids) {
    try {
      return Events.ids(healthy).containsAll(ids);
    } catch (RuntimeException e) {
      Snapshot head = healthy.loadTable(Events.NAME).currentSnapshot();
      return Long.parseLong(head.summary().get("total-records")) > Events.BATCH_ROWS;
    }
  }
}
