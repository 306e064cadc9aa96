package dev.firn.benchmarks.encode;

import dev.firn.Firn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Where files go: a directory in memory if the machine has one, so that no disk is measured; the
 * property {@value #PROPERTY} names another. With an embedded catalog. Deleted when closed.
 */
public final class Place implements AutoCloseable {

  private static final String PROPERTY = "firn.bench.dir";

  /** The level of zstd that parquet-java takes when a table names none. */
  public static final int USUAL_LEVEL = 3;

  /**
   * Said in full, although most are the defaults: every contestant must write with the same. Rivals
   * that cannot read table properties repeat them. No level of compression: what a table without
   * one gets is compared.
   */
  public static final Map<String, String> SETTINGS =
      Map.of(
          TableProperties.PARQUET_COMPRESSION,
          "zstd",
          TableProperties.PARQUET_PAGE_VERSION,
          "v1",
          TableProperties.PARQUET_PAGE_SIZE_BYTES,
          Integer.toString(1 << 20),
          TableProperties.PARQUET_PAGE_ROW_LIMIT,
          "20000",
          TableProperties.PARQUET_DICT_SIZE_BYTES,
          Integer.toString(2 << 20),
          TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
          Integer.toString(128 << 20));

  private final Path directory;
  private final JdbcCatalog catalog;
  private final AtomicInteger files = new AtomicInteger();

  private Place(Path directory, JdbcCatalog catalog) {
    this.directory = directory;
    this.catalog = catalog;
  }

  /** A new place. */
  public static Place open(Map<String, String> catalogProperties) throws IOException {
    Path directory = newDirectory(false);
    return new Place(directory, Firn.openEmbedded(directory, catalogProperties));
  }

  /**
   * A new directory.
   *
   * @param disk whether it must be on a disk, because the wait for the disk is to be measured
   */
  public static Path newDirectory(boolean disk) throws IOException {
    String named = System.getProperty(PROPERTY);
    Path memory = Path.of("/dev/shm");
    if (named != null) {
      return Files.createTempDirectory(Files.createDirectories(Path.of(named)), "firn-bench");
    }
    return !disk && Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "firn-bench")
        : Files.createTempDirectory("firn-bench");
  }

  public JdbcCatalog catalog() {
    return catalog;
  }

  public Path directory() {
    return directory;
  }

  /** A new table with the common settings and {@code more}. */
  public Table newTable(String name, Schema schema, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(SETTINGS);
    properties.putAll(more);
    return Firn.createTableIfAbsent(
        catalog,
        TableIdentifier.of("bench", name),
        schema,
        PartitionSpec.unpartitioned(),
        SortOrder.unsorted(),
        properties);
  }

  /** The path of a file that does not exist. */
  public Path newFile() {
    return directory.resolve("file-" + files.incrementAndGet() + ".parquet");
  }

  /** The data files of {@code table}, known to it or not. */
  public static List<Path> dataFiles(Table table) throws IOException {
    Path data = Path.of(table.location()).resolve("data");
    if (!Files.exists(data)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(data)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  @Override
  public void close() {
    catalog.close();
    delete(directory);
  }

  /** Deletes {@code directory} and all that is in it. */
  public static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
