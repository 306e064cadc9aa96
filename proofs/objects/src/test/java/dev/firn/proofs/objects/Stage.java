package dev.firn.proofs.objects;

import dev.firn.proofs.objects.Contestant.Rival;
import dev.firn.proofs.objects.Scene.CatalogKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalog;

/** The store and the catalogs, set up once; scenes are played on it one after the other. */
final class Stage implements AutoCloseable {

  private static final long BATCH = 25;
  private static final long OTHERS_BATCH = 5;

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
    StoreCatalogs catalogs = new StoreCatalogs(directory);
    sound = catalogs.jdbc(store.soundEndpoint());
    faulty = catalogs.jdbc(store.faultyEndpoint());
    behindServer = catalogs.jdbc(store.faultyEndpoint());
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
    Contestant contestant = rival.open(() -> catalog.loadTable(name));
    boolean done = contestant.write(0, BATCH);
    others.run();
    store.createOnly(scene.createOnly());
    server.gatewayAnswers(scene.gateway());
    store.play(script::strike);
    done &= contestant.write(BATCH, 2 * BATCH);
    store.heal();
    contestant.stop();
    done &= contestant.write(2 * BATCH, 3 * BATCH);
    contestant.stop();
    return Outcome.of(
        sound.loadTable(name),
        new Outcome.Expected(3 * BATCH, foreign.get()),
        script.strikes(),
        done,
        contestant.failures());
  }

  private void commitForeign(TableIdentifier name, AtomicLong next) {
    Table table = sound.loadTable(name);
    long from = next.getAndAdd(OTHERS_BATCH);
    table.newFastAppend().appendFile(Events.write(table, from, from + OTHERS_BATCH)).commit();
  }

  Map<Long, Integer> rows(TableIdentifier name) {
    return Events.read(sound.loadTable(name));
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
