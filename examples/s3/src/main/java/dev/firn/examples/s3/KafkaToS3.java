package dev.firn.examples.s3;

import dev.firn.Firn;
import dev.firn.examples.KafkaToIceberg;
import dev.firn.testkit.objects.ObjectStore;
import dev.firn.testkit.rest.RestCatalogServer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalog;

/**
 * {@link KafkaToIceberg} with files in S3 and a REST catalog, each over HTTP as in production, and
 * each in this process. The ingest is the same to the letter: it is given another catalog. Run it
 * twice, and no earthquake is added.
 */
public final class KafkaToS3 {

  private static final String BUCKET = "lake";

  private KafkaToS3() {}

  /** Takes {@code --events N} to add N synthetic events, in a topic and a table of their own. */
  public static void main(String[] args) throws Exception {
    run(Path.of("target/kafka-to-s3"), KafkaToIceberg.events(args), System.out);
  }

  static void run(Path directory, int events, PrintStream out) throws Exception {
    try (ObjectStore store = ObjectStore.start(directory.resolve("store"))) {
      store.createBucket(BUCKET);
      Map<String, String> files = new HashMap<>(store.properties());
      files.put(CatalogProperties.WAREHOUSE_LOCATION, "s3://" + BUCKET + "/warehouse");
      out.printf("An S3 store listens at %s.%n", store.endpoint());

      // The server keeps the names of tables in SQLite, and tells its clients where files are.
      try (JdbcCatalog names = Firn.openEmbedded(directory.resolve("names"), files);
          RestCatalogServer server = new RestCatalogServer(names, files)) {
        out.printf("A REST catalog listens at %s.%n", server.uri());
        run(directory.resolve("kafka"), server.uri(), events, out);
      }
    }
  }

  private static void run(Path kafkaDirectory, String catalogUri, int events, PrintStream out)
      throws Exception {
    try (RESTCatalog catalog = new RESTCatalog()) {
      catalog.initialize("lake", Map.of("uri", catalogUri)); // and a token, in production
      KafkaToIceberg.run(kafkaDirectory, catalog, events, out);
    }
  }
}
