package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.encode.Place;
import dev.firn.benchmarks.kafka.contender.Task;
import dev.firn.benchmarks.rows.EventShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * One contender, alone, with a table and a group of its own: begins at the begin of the topic, ends
 * when every row is visible, and is then killed. The table is read back.
 */
final class Trial implements AutoCloseable {

  /** Level and encodings are said too: everybody writes with the same. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          TableProperties.PARQUET_COMPRESSION_LEVEL,
          Integer.toString(Place.USUAL_LEVEL),
          "firn.parquet.delta-integers",
          "false");

  private static final int USUAL_HEAP_MEGABYTES = 1024;
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final int LOOK_MILLIS = 10;
  private static final int PARTS = 2;

  private final Contender contender;
  private final EventTopic topic;
  private final EventShape shape;
  private final Lake lake;
  private final Path scratch;
  private final Table table;
  private final Task task;
  private int heapMegabytes = USUAL_HEAP_MEGABYTES;
  private Duration longest = LONGEST;

  private Trial(
      Contender contender, EventTopic topic, String group, EventShape shape, Lake lake, Task task)
      throws IOException {
    this.contender = contender;
    this.topic = topic;
    this.shape = shape;
    this.lake = lake;
    this.task = task;
    this.scratch = Files.createDirectories(lake.place().directory().resolve("scratch"));
    this.table = lake.place().newTable(group, shape.schema(), SETTINGS);
  }

  /**
   * @param lake which the trial closes
   * @param group a name that no other trial has
   * @param rows that the topic holds, or will hold
   */
  static Trial open(
      Lake lake,
      Contender contender,
      EventTopic topic,
      EventShape shape,
      String group,
      long rows,
      Duration interval)
      throws IOException {
    Task task =
        new Task(
            topic.address(),
            topic.name(),
            group,
            lake.address(),
            TableIdentifier.of("bench", group),
            rows,
            interval,
            lake.place().directory().resolve("finished"));
    topic.create(ConnectContender.controlTopic(task), 1);
    return new Trial(contender, topic, group, shape, lake, task);
  }

  /** A moment, and the processor time up to it. */
  private record Mark(long nanos, Duration cpu) {

    static Mark of(Child child) {
      return new Mark(System.nanoTime(), child.cpu());
    }

    double secondsSince(Mark begin) {
      return (nanos - begin.nanos) / 1e9;
    }

    double cpuSecondsSince(Mark begin) {
      return cpu.minus(begin.cpu).toNanos() / 1e9;
    }
  }

  /** With another heap than all usually have, and an end to the patience with it. */
  Trial within(int newHeapMegabytes, Duration newLongest) {
    heapMegabytes = newHeapMegabytes;
    longest = newLongest;
    return this;
  }

  Child start() throws IOException {
    return Child.start(contender, task, scratch, heapMegabytes);
  }

  Table table() {
    return table;
  }

  /** Runs it and checks what it wrote. */
  Outcome run(long topicBytes, Tally expected) throws IOException, InterruptedException {
    long before = topic.bytesFetched();
    Mark start = new Mark(System.nanoTime(), Duration.ZERO);
    Mark first = null;
    Mark half = null;
    Mark end;
    long peak;
    try (Child child = start()) {
      while (!visible()) {
        child.pause(LOOK_MILLIS);
        long fetched = topic.bytesFetched() - before;
        if (first == null && fetched > 0) {
          first = Mark.of(child);
        }
        if (half == null && fetched >= topicBytes / PARTS) {
          half = Mark.of(child);
        }
        if (System.nanoTime() - start.nanos > longest.toNanos()) {
          throw new IOException(
              contender.name() + " has not written all after " + longest + child.lastWords());
        }
      }
      end = Mark.of(child);
      peak = child.peakBytes();
    }
    return outcome(start, orElse(first, end), orElse(half, end), end, peak, expected);
  }

  private static Mark orElse(@Nullable Mark mark, Mark other) {
    return mark == null ? other : mark;
  }

  private boolean visible() {
    return contender.writes() ? visibleRows() >= task.rows() : Files.exists(task.finished());
  }

  private long visibleRows() {
    table.refresh();
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : rows(snapshot);
  }

  /** Rows that are visible in {@code snapshot}. */
  static long rows(Snapshot snapshot) {
    return Long.parseLong(snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }

  private Outcome outcome(Mark start, Mark first, Mark half, Mark end, long peak, Tally expected)
      throws IOException {
    int files = 0;
    long bytes = 0;
    int snapshots = 0;
    if (contender.writes()) {
      check(expected);
      try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
        for (FileScanTask file : tasks) {
          files++;
          bytes += file.file().fileSizeInBytes();
        }
      }
      for (Snapshot ignored : table.snapshots()) {
        snapshots++;
      }
    }
    return new Outcome(
        task.rows(),
        first.secondsSince(start),
        end.secondsSince(first),
        end.secondsSince(half),
        end.cpuSecondsSince(first),
        end.cpuSecondsSince(half),
        end.cpuSecondsSince(start),
        peak,
        files,
        bytes,
        snapshots);
  }

  private void check(Tally expected) throws IOException {
    Tally found = new Tally(shape.keyColumn());
    Object[] values = new Object[shape.schema().columns().size()];
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).reuseContainers().build()) {
      for (Record row : rows) {
        for (int i = 0; i < values.length; i++) {
          values[i] = row.get(i);
        }
        found.add(values);
      }
    }
    expected.requireSame(contender.name(), found);
  }

  @Override
  public void close() {
    lake.close();
  }
}
