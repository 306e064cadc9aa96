package dev.firn.internal.resolve;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Liveness;
import dev.firn.internal.keys.TableKey;
import dev.firn.internal.scan.ColumnNames;
import dev.firn.internal.scan.KeyScan;
import dev.firn.internal.work.ClaimedTasks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Reads what files say: which rows are deleted, and which keys the others have. */
final class FileReading {

  /** Hears how far a load has come. Any thread. */
  interface Progress {
    void read(long rows, long ofRows);
  }

  /** Small files are waited for, and cost nothing else. */
  private static final int MOST_WAITING = 15;

  /** Keys are read by processors; one more thread than there are would be in the way. */
  private static final int MOST_READING =
      Math.min(7, Runtime.getRuntime().availableProcessors() - 1);

  private final TableKey key;
  private final KeySecret secret;
  private final FileIO io;
  private final Executor helpers;
  private final Progress progress;

  /** What the delete files that speak of several data files say, by path of these. */
  private Map<String, DeletedRows> shared = Map.of();

  FileReading(TableKey key, KeySecret secret, FileIO io, Executor helpers, Progress progress) {
    this.key = key;
    this.secret = secret;
    this.io = io;
    this.helpers = helpers;
    this.progress = progress;
  }

  FileIO io() {
    return io;
  }

  /** Who may help, with whatever is done for many keys. */
  Executor helpers() {
    return helpers;
  }

  /** Runs {@code task} for every number below {@code count}, of which each waits for storage. */
  void eachSmall(int count, IntConsumer task) {
    ClaimedTasks.run(count, task, helpers, MOST_WAITING);
  }

  /** Opens a data file, to read columns that have the ids of {@code fields}. */
  KeyScan scan(DataFile file, List<NestedField> fields) {
    return KeyScan.open(io.newInputFile(file.location(), file.fileSizeInBytes()), fields, null);
  }

  /**
   * The rows that are deleted after {@code diff}, by path: of each file that appears and has some,
   * and of each file that is there and may have others now.
   *
   * @param known those of which it is known already
   */
  Map<String, DeletedRows> deletedRows(
      SnapshotDiff diff, TableFiles files, Map<String, DeletedRows> known) {
    Set<String> paths = new LinkedHashSet<>(diff.newDeletes().keySet());
    diff.appeared()
        .keySet()
        .forEach(path -> paths.addAll(files.deletesOf(path).isEmpty() ? List.of() : List.of(path)));
    if (diff.isSharedChanged()) {
      paths.addAll(shared.keySet());
      shared = DeletesOf.several(diff.shared(), io);
      paths.addAll(shared.keySet());
    } else {
      diff.appeared().keySet().stream().filter(shared::containsKey).forEach(paths::add);
    }
    Map<String, DeletedRows> deleted = new ConcurrentHashMap<>();
    List<String> toRead = new ArrayList<>();
    for (String path : paths) {
      boolean there =
          diff.appeared().containsKey(path) || (files.has(path) && !diff.gone().contains(path));
      DeletedRows already = known.get(path);
      if (there && already != null) {
        deleted.put(path, already);
      } else if (there) {
        toRead.add(path);
      }
    }
    eachSmall(
        toRead.size(),
        i -> {
          String path = toRead.get(i);
          deleted.put(path, DeletesOf.one(path, diff.deletesOf(path, files), shared, io));
        });
    return new HashMap<>(deleted);
  }

  /**
   * Puts the keys of files into the index.
   *
   * @param versions what is to know the versions of their rows; null without an order column
   * @return how many dead entries have given way
   */
  long load(
      List<KeyLoad.Source> sources,
      KeyIndex index,
      @Nullable KeyVersions versions,
      Liveness liveness,
      TableMetadata base) {
    if (sources.isEmpty()) {
      return 0;
    }
    long total = sources.stream().mapToLong(source -> source.file().recordCount()).sum();
    if (index.keys() == 0) {
      index.expect(sources.stream().mapToLong(KeyLoad.Source::liveRows).sum());
    }
    KeyLoad load =
        new KeyLoad(
            index,
            liveness,
            key.in(base.schema()),
            secret,
            key.fields(base.schema()),
            versions == null ? null : versions.order().field(base.schema()),
            versions,
            ColumnNames.of(base),
            io,
            read -> progress.read(read, total));
    ClaimedTasks.run(sources.size(), i -> load.load(sources.get(i)), helpers, MOST_READING);
    return load.displaced();
  }
}
