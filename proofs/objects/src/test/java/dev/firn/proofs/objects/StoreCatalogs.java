package dev.firn.proofs.objects;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.aws.HttpClientProperties;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalog;

/**
 * Catalogs on one store: table names in a SQLite file, everything else in S3. All of Iceberg's own
 * settings but for the waits, which are short, and the SDK's retries, which are two.
 */
final class StoreCatalogs {

  /** What the SDK tries again itself: a fault that strikes once more gets through to Iceberg. */
  static final int SDK_RETRIES = 2;

  private final FaultyStore store;
  private final Path directory;

  StoreCatalogs(FaultyStore store, Path directory) {
    this.store = store;
    this.directory = directory;
  }

  /** A catalog whose files go through {@code endpoint}; all see the same tables. */
  JdbcCatalog jdbc(String endpoint, Duration patience) {
    Map<String, String> all = files(store, endpoint, patience);
    all.put(CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC);
    all.put(
        CatalogProperties.URI,
        "jdbc:sqlite:" + directory.resolve("catalog.db") + "?busy_timeout=30000");
    all.put("jdbc.schema-version", "V1");
    return (JdbcCatalog) CatalogUtil.buildIcebergCatalog("jdbc", all, null);
  }

  /** A client of the REST catalog at {@code uri} whose own files go through {@code endpoint}. */
  RESTCatalog rest(String uri, String endpoint) {
    Map<String, String> all = files(store, endpoint, FaultyStore.CLIENT_PATIENCE);
    all.put(CatalogProperties.URI, uri);
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("rest", all);
    return catalog;
  }

  static Map<String, String> files(FaultyStore store, String endpoint, Duration patience) {
    Map<String, String> all = new HashMap<>(store.client(endpoint));
    all.put(CatalogProperties.WAREHOUSE_LOCATION, "s3://" + FaultyStore.BUCKET + "/warehouse");
    all.put(S3FileIOProperties.S3_RETRY_NUM_RETRIES, Integer.toString(SDK_RETRIES));
    all.put(S3FileIOProperties.S3_RETRY_MIN_WAIT_MS, "5");
    all.put(S3FileIOProperties.S3_RETRY_MAX_WAIT_MS, "20");
    all.put(HttpClientProperties.APACHE_SOCKET_TIMEOUT_MS, Long.toString(patience.toMillis()));
    return all;
  }
}
