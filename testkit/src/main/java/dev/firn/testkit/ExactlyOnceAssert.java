package dev.firn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Asserts that what a pipeline sent is in its table exactly once. Reads rows with Iceberg's generic
 * reader and knows nothing of who wrote them.
 *
 * <pre>{@code
 * ExactlyOnceAssert.assertThat(table).keyedBy("order_id").holdsExactly(sentIds);
 * ExactlyOnceAssert.assertThat(table).keyedBy("order_id").holds(acknowledgedIds, sentIds);
 * ExactlyOnceAssert.assertThat(table).isReadable();
 * }</pre>
 *
 * <p>A key is what makes a row that was sent this row and no other: the value of one column as
 * Iceberg's generics have it ({@code Long}, {@code String}, {@code OffsetDateTime}, ...), or a
 * {@code List} of the values of several. All keys are held in memory. Not thread-safe.
 */
public final class ExactlyOnceAssert {

  /** The key of a row that has none: no key that was sent, so such a row is unknown. */
  private static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private static final int SHOWN = 10;

  private final Table table;
  private final String branch;
  private final List<String> columns;

  private ExactlyOnceAssert(Table table, String branch, List<String> columns) {
    this.table = table;
    this.branch = branch;
    this.columns = columns;
  }

  /** What the main branch of {@code table} holds when an assertion is made. */
  public static ExactlyOnceAssert assertThat(Table table) {
    return new ExactlyOnceAssert(table, "main", List.of());
  }

  /** As this, but of another branch. */
  public ExactlyOnceAssert onBranch(String name) {
    return new ExactlyOnceAssert(table, name, columns);
  }

  /** The columns that a key is made of; those of structs are {@code struct.field}. */
  public ExactlyOnceAssert keyedBy(String first, String... more) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(List.of(more));
    return new ExactlyOnceAssert(table, branch, List.copyOf(all));
  }

  /**
   * Every key of {@code sent} is there once, and nothing else is.
   *
   * @throws AssertionError naming what is lost, doubled and unknown
   */
  public ExactlyOnceAssert holdsExactly(Iterable<?> sent) {
    return holds(sent, sent);
  }

  /**
   * Every key of {@code acknowledged} is there once; other keys of {@code sent} once or not at all;
   * and nothing else is. For pipelines that cannot send again: what they had no answer for may be
   * lost, but not doubled.
   *
   * @throws AssertionError naming what is lost, doubled and unknown
   */
  public ExactlyOnceAssert holds(Iterable<?> acknowledged, Iterable<?> sent) {
    Map<Object, Integer> found = keys();
    Set<Object> known = new LinkedHashSet<>();
    sent.forEach(known::add);
    Set<Object> lost = new LinkedHashSet<>();
    for (Object key : acknowledged) {
      if (!found.containsKey(key)) {
        lost.add(key);
      }
    }
    Set<Object> doubled = new LinkedHashSet<>();
    Set<Object> unknown = new LinkedHashSet<>();
    found.forEach(
        (key, times) -> {
          if (times > 1) {
            doubled.add(key + " (" + times + " times)");
          }
          if (!known.contains(key)) {
            unknown.add(key);
          }
        });
    if (!lost.isEmpty() || !doubled.isEmpty() || !unknown.isEmpty()) {
      throw new AssertionError(
          where()
              + " should hold each of "
              + known.size()
              + " keys once, but "
              + told("lost", lost)
              + told("doubled", doubled)
              + told("holds unknown", unknown)
              + "found "
              + found.size()
              + " keys.");
    }
    return this;
  }

  /**
   * Whatever the metadata of any retained snapshot names is there: manifest lists, manifests, data
   * files and delete files.
   *
   * @throws AssertionError naming what is gone
   */
  public ExactlyOnceAssert isReadable() {
    table.refresh();
    Set<Object> missing = new LinkedHashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      if (isGone(snapshot.manifestListLocation())) {
        missing.add(snapshot.manifestListLocation());
        continue;
      }
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (isGone(manifest.path())) {
          missing.add(manifest.path());
        }
      }
      if (missing.isEmpty()) {
        addMissingFiles(table.newScan().useSnapshot(snapshot.snapshotId()), missing);
      }
    }
    if (!missing.isEmpty()) {
      throw new AssertionError(where() + " cannot be read: " + told("lacks", missing));
    }
    return this;
  }

  private void addMissingFiles(TableScan scan, Set<Object> missing) {
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask task : tasks) {
        if (isGone(task.file().location())) {
          missing.add(task.file().location());
        }
        task.deletes().stream()
            .filter(file -> isGone(file.location()))
            .forEach(file -> missing.add(file.location()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isGone(String location) {
    try {
      return !table.io().newInputFile(location).exists();
    } catch (NotFoundException e) {
      return true; // some look when the file is named, not when it is asked for
    }
  }

  /** How often each key is there. */
  private Map<Object, Integer> keys() {
    if (columns.isEmpty()) {
      throw new IllegalStateException("Say with keyedBy which columns tell rows apart");
    }
    table.refresh();
    Map<Object, Integer> keys = new LinkedHashMap<>();
    Snapshot head = table.snapshot(branch);
    if (head == null) {
      return keys;
    }
    Schema keySchema = table.schema().select(columns);
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(table).useSnapshot(head.snapshotId()).project(keySchema).build()) {
      for (Record record : records) {
        keys.merge(key(record), 1, Integer::sum);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  private Object key(Record record) {
    List<Object> values = new ArrayList<>();
    for (String column : columns) {
      Object value = value(record, column);
      values.add(value == null ? NULL : value);
    }
    return values.size() == 1 ? values.get(0) : List.copyOf(values);
  }

  /** Goes down the structs that the name names. */
  private static @Nullable Object value(Record record, String column) {
    Object value = record.getField(column);
    if (value == null && column.contains(".")) {
      int dot = column.indexOf('.');
      return record.getField(column.substring(0, dot)) instanceof GenericRecord inner
          ? value(inner, column.substring(dot + 1))
          : null;
    }
    return value;
  }

  private String where() {
    return "Branch " + branch + " of table " + table.name();
  }

  private static String told(String what, Set<?> keys) {
    if (keys.isEmpty()) {
      return "";
    }
    List<?> shown = keys.stream().limit(SHOWN).toList();
    return what
        + " "
        + keys.size()
        + ": "
        + shown
        + (keys.size() > SHOWN ? " and more" : "")
        + "; ";
  }
}
