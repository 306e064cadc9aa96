package dev.firn.proofs.objects;

import dev.firn.proofs.objects.Contestant.Rival;
import dev.firn.proofs.objects.Scene.CatalogKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalog;

/** The store and the catalogs, set up once; scenes are played on it one after the other. */
final class Stage implements AutoCloseable {

  private static final long BATCH = 25;
  private static final int MAX_TRIES = 8;
  private static final int MAX_TRIES_OF_A_SOAK = 40;
  private static final long OTHERS_BATCH = 5;

  /** The SDK's default. A server waits for its store longer than a gateway does for the server. */
  private static final Duration SERVER_PATIENCE = Duration.ofSeconds(30);

  final FaultyStore store;
  private final JdbcCatalog sound;
  private final JdbcCatalog faulty;
  private final JdbcCatalog behindServer;
  private final CatalogServer server;
  private final RESTCatalog client;
  private final AtomicInteger tables = new AtomicInteger();

  Stage(Path directory) throws Exception {
    Files.createDirectories(directory);
    store = new FaultyStore(directory.resolve("store"));
    StoreCatalogs catalogs = new StoreCatalogs(store, directory);
    sound = catalogs.jdbc(store.soundEndpoint(), SERVER_PATIENCE);
    faulty = catalogs.jdbc(store.faultyEndpoint(), FaultyStore.CLIENT_PATIENCE);
    behindServer = catalogs.jdbc(store.faultyEndpoint(), SERVER_PATIENCE);
    server = new CatalogServer(behindServer);
    client = catalogs.rest(server.uri(), store.faultyEndpoint());
  }

  /** The catalog that is told nothing of faults. */
  JdbcCatalog sound() {
    return sound;
  }

  Catalog faulty(CatalogKind kind) {
    return kind == CatalogKind.JDBC ? faulty : client;
  }

  TableIdentifier newTable() {
    TableIdentifier name = TableIdentifier.of("db", "t" + tables.incrementAndGet());
    Events.create(sound, name);
    return name;
  }

  /** Plays {@code scene} with one contestant on a table of its own. */
  Outcome play(Scene scene, Rival rival) {
    TableIdentifier name = newTable();
    AtomicLong foreign = new AtomicLong(Events.FOREIGN);
    Runnable others = () -> commitForeign(name, foreign);
    FaultScript script = new FaultScript(scene.steps(), others);
    Catalog catalog = faulty(scene.catalog());
    Contestant contestant = rival.open(catalog, name, MAX_TRIES);
    boolean done = contestant.write(0, BATCH);
    others.run();
    String head = metadataLocation(name);
    store.afterLettingGo(() -> awaitChange(name, head));
    store.createOnly(scene.createOnly());
    server.gatewayAnswers(scene.gateway());
    store.play(script::strike);
    done &= contestant.write(BATCH, 2 * BATCH);
    store.heal();
    server.gatewayAnswers(0);
    contestant.stop();
    done &= contestant.write(2 * BATCH, 3 * BATCH);
    contestant.stop();
    return Outcome.of(
        sound.loadTable(name),
        new Outcome.Expected(3 * BATCH, foreign.get()),
        script.isMet(),
        done,
        contestant.failures());
  }

  /** Batch after batch under random faults, with restarts; the last one without faults. */
  Outcome soak(CatalogKind kind, Rival rival, RandomFaults faults, int batches) {
    TableIdentifier name = newTable();
    AtomicLong foreign = new AtomicLong(Events.FOREIGN);
    Runnable others = () -> commitForeign(name, foreign);
    Contestant contestant = rival.open(faulty(kind), name, MAX_TRIES_OF_A_SOAK);
    server.gatewayAnswers(503);
    store.play(call -> faults.strike(call, others));
    boolean done = true;
    for (long batch = 0; batch < batches; batch++) {
      if (batch == batches - 1) {
        store.heal();
        server.gatewayAnswers(0);
      }
      done &= contestant.write(batch * BATCH, (batch + 1) * BATCH);
      if (faults.oneIn(5)) {
        contestant.stop();
      }
    }
    contestant.stop();
    return Outcome.of(
        sound.loadTable(name),
        new Outcome.Expected(batches * BATCH, foreign.get()),
        true,
        done,
        contestant.failures());
  }

  private String metadataLocation(TableIdentifier name) {
    return ((BaseTable) sound.loadTable(name)).operations().current().metadataFileLocation();
  }

  private void awaitChange(TableIdentifier name, String from) {
    long deadline = System.nanoTime() + SERVER_PATIENCE.toNanos();
    while (metadataLocation(name).equals(from) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(20_000_000);
    }
  }

  void commitForeign(TableIdentifier name, AtomicLong next) {
    Table table = sound.loadTable(name);
    long from = next.getAndAdd(OTHERS_BATCH);
    table.newFastAppend().appendFile(Events.write(table, from, from + OTHERS_BATCH)).commit();
  }

  @Override
  public void close() throws Exception {
    client.close();
    server.close();
    behindServer.close();
    faulty.close();
    sound.close();
    store.close();
  }
}
