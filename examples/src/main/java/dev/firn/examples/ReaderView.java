package dev.firn.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** What any reader of a table sees: Iceberg's own generic reader, which knows nothing of Firn. */
final class ReaderView {

  private ReaderView() {}

  /** All rows of the current snapshot, read from its live files. */
  static List<Record> rows(Table table) {
    table.refresh();
    return toList(IcebergGenerics.read(table).build());
  }

  /** How many live data files the current snapshot has. */
  static int dataFiles(Table table) {
    table.refresh();
    return toList(table.newScan().planFiles()).size();
  }

  /** How many of them have rows that are deleted. */
  static long dataFilesWithDeletes(Table table) {
    table.refresh();
    return toList(table.newScan().planFiles()).stream()
        .filter(task -> !task.deletes().isEmpty())
        .count();
  }

  /** How many snapshots the table keeps. */
  static int snapshots(Table table) {
    table.refresh();
    return toList(CloseableIterable.withNoopClose(table.snapshots())).size();
  }

  private static <E> List<E> toList(CloseableIterable<E> elements) {
    List<E> list = new ArrayList<>();
    try (elements) {
      elements.forEach(list::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return list;
  }
}
