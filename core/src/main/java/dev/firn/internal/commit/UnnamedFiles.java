package dev.firn.internal.commit;

import dev.firn.api.error.StorageException;
import dev.firn.api.maintain.RemovedFiles;
import dev.firn.internal.encode.FileNames;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Files that bear Firn's names and that nothing names: what processes that died have left behind.
 *
 * <p>Listed first, and held against metadata that is read afterwards, so that a file whose commit
 * lands in between is seen to be named. Compared by name and not by location: Firn's names are
 * unique, and one file may be called {@code s3://} here and {@code s3a://} there.
 */
public final class UnnamedFiles {

  private final Table table;
  private final Clock clock;

  public UnnamedFiles(Table table, Clock clock) {
    this.table = table;
    this.clock = clock;
  }

  /** See {@link dev.firn.api.maintain.TableMaintenance#removeAbandonedFiles}. */
  public RemovedFiles removeAbandonedFiles(Duration olderThan) {
    if (olderThan.isNegative()) {
      throw new IllegalArgumentException("olderThan must not be negative, was " + olderThan);
    }
    TableOperations operations = ((HasTableOperations) table).operations();
    try {
      return operations.io() instanceof SupportsPrefixOperations listing
          ? remove(operations, listing, olderThan)
          : new RemovedFiles(0, 0, 0, 0);
    } catch (UncheckedIOException | NotFoundException e) {
      throw new StorageException(
          "Cannot look for abandoned files of table "
              + table.name()
              + ": "
              + e.getMessage()
              + ". Nothing that is needed was deleted: call again.",
          table.location(),
          e);
    }
  }

  private RemovedFiles remove(
      TableOperations operations, SupportsPrefixOperations listing, Duration olderThan) {
    Map<String, String> dataFiles = new HashMap<>();
    Map<String, String> tokenFiles = new HashMap<>();
    for (String folder : folders(operations.refresh(), operations)) {
      for (FileInfo file : listing.listPrefix(folder)) {
        if (clock.millis() - file.createdAtMillis() >= olderThan.toMillis()) {
          String name = name(file.location());
          if (FileNames.isOurs(name)) {
            dataFiles.put(name, file.location());
          } else if (TokenFiles.isOurs(name)) {
            tokenFiles.put(name, file.location());
          }
        }
      }
    }
    TableMetadata metadata = operations.refresh();
    ReferencedFiles referenced = new ReferencedFiles(metadata, operations.io());
    AbandonedFiles.Sweep noted =
        AbandonedFiles.sweep(operations, metadata, listing, referenced, clock, olderThan);
    leaveOut(noted.decided(), dataFiles);
    if (!dataFiles.isEmpty()) {
      leaveOut(referenced.locations(), dataFiles);
    }
    leaveOut(TokenFiles.locations(metadata.snapshots(), ""), tokenFiles);
    return new RemovedFiles(
        noted.swept().deletedFiles()
            + AbandonedFiles.delete(operations.io(), List.copyOf(dataFiles.values())),
        AbandonedFiles.delete(operations.io(), List.copyOf(tokenFiles.values())),
        noted.swept().settledIntents(),
        noted.swept().waitingIntents());
  }

  private static void leaveOut(Set<String> locations, Map<String, String> byName) {
    locations.forEach(location -> byName.remove(name(location)));
  }

  private static String name(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }

  /** Where the table's files lie: below the table, and where its properties say. */
  private static Set<String> folders(TableMetadata metadata, TableOperations operations) {
    Set<String> folders = new LinkedHashSet<>();
    folders.add(folder(metadata.location()));
    addUnlessBelow(folders, operations.metadataFileLocation(""));
    String elsewhere = metadata.property(TableProperties.WRITE_DATA_LOCATION, null);
    if (elsewhere != null) {
      addUnlessBelow(folders, folder(elsewhere));
    }
    return folders;
  }

  /** What lies below another folder is listed with it. */
  private static void addUnlessBelow(Set<String> folders, String folder) {
    if (folders.stream().noneMatch(folder::startsWith)) {
      folders.add(folder);
    }
  }

  private static String folder(String location) {
    return location.endsWith("/") ? location : location + "/";
  }
}
