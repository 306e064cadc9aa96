package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.encode.Place;
import dev.firn.testkit.objects.ObjectStore;
import dev.firn.testkit.rest.RestCatalogServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;

/**
 * Where a trial's table is, and by which address a contender comes to it. The benchmark itself goes
 * to the catalog behind that address: who looks every ten milliseconds would keep a server busy.
 */
final class Lake implements AutoCloseable {

  private static final String BUCKET = "lake";

  private final Place place;
  private final String address;
  private final Runnable servers;

  private Lake(Place place, String address, Runnable servers) {
    this.place = place;
    this.address = address;
    this.servers = servers;
  }

  /** SQLite and local files. */
  static Lake local() throws IOException {
    Place place = Place.open(Map.of());
    return new Lake(place, place.directory().toString(), () -> {});
  }

  /** A REST catalog in front of SQLite, and files in S3; both servers are in this process. */
  static Lake s3() throws IOException {
    Path directory = Place.newDirectory(false);
    ObjectStore store = ObjectStore.start(directory);
    store.createBucket(BUCKET);
    Map<String, String> files = new HashMap<>(store.properties());
    files.put(CatalogProperties.WAREHOUSE_LOCATION, "s3://" + BUCKET + "/warehouse");
    Place place = Place.open(files);
    RestCatalogServer catalog = new RestCatalogServer(place.catalog(), files);
    return new Lake(
        place,
        catalog.uri(),
        () -> {
          catalog.close();
          store.close();
          Place.delete(directory);
        });
  }

  /** The catalog, and a directory for all else. */
  Place place() {
    return place;
  }

  /** What a {@link dev.firn.benchmarks.kafka.contender.Task} names as its catalog. */
  String address() {
    return address;
  }

  @Override
  public void close() {
    servers.run();
    place.close();
  }
}
