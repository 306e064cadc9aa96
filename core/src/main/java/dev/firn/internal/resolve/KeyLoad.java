package dev.firn.internal.resolve;

import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyDefinition;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeyReader;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Liveness;
import dev.firn.internal.keys.RowLocation;
import dev.firn.internal.keys.RowNumbers;
import dev.firn.internal.keys.TableOrder;
import dev.firn.internal.scan.KeyScan;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of data files into the index. Any number of threads, each with a file of its own:
 * they take turns at the index, stripe of shards by stripe, each beginning with another.
 */
final class KeyLoad {

  /** More than there are threads, so that one is free nearly always. */
  private static final int STRIPES = 16;

  private static final int STRIPE_SHARDS = KeyIndex.SHARDS / STRIPES;

  /**
   * One file to read.
   *
   * @param segment the number that its rows have in the index
   * @param deleted the rows that are not to be there; null for none
   */
  record Source(DataFile file, int segment, @Nullable DeletedRows deleted) {

    long liveRows() {
      return file.recordCount() - (deleted == null ? 0 : deleted.count());
    }
  }

  private final KeyIndex index;
  private final Liveness liveness;
  private final KeyDefinition definition;
  private final KeySecret secret;
  private final List<NestedField> fields;
  private final @Nullable KeyVersions versions;

  /**
   * What is read of each file: the key's columns, and behind them the order column if there is one.
   */
  private final List<NestedField> read;

  private final @Nullable NameMapping names;
  private final FileIO io;
  private final LongConsumer progress;
  private final ReentrantLock[] stripes =
      Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicLong displaced = new AtomicLong();
  private final AtomicLong rowsRead = new AtomicLong();

  /**
   * @param definition of the key
   * @param fields its columns, in order, as the table has them now
   * @param order the order column as the table has it now; null if there is none
   * @param versions what is to know the versions of rows; null if there is no order column
   * @param progress hears now and then how many rows were read so far; from any thread
   */
  KeyLoad(
      KeyIndex index,
      Liveness liveness,
      KeyDefinition definition,
      KeySecret secret,
      List<NestedField> fields,
      @Nullable NestedField order,
      @Nullable KeyVersions versions,
      @Nullable NameMapping names,
      FileIO io,
      LongConsumer progress) {
    this.index = index;
    this.liveness = liveness;
    this.definition = definition;
    this.secret = secret;
    this.fields = List.copyOf(fields);
    this.versions = versions;
    this.read =
        order == null
            ? this.fields
            : Stream.concat(fields.stream(), Stream.of(order)).collect(Collectors.toList());
    this.names = names;
    this.io = io;
    this.progress = progress;
  }

  /**
   * Adds the rows of a file.
   *
   * @throws StorageException if it cannot be read, or has not the rows that the table says
   * @throws UnsupportedTableException if it is no Parquet file, encrypted, or has a null key
   */
  void load(Source source) {
    DataFile file = source.file();
    requireReadable(file);
    int firstStripe = begun.getAndIncrement();
    long[] version = versions == null ? null : versions.rows().begin((int) file.recordCount());
    try {
      load(source, firstStripe, version);
    } catch (RuntimeException | Error e) {
      if (versions != null && version != null) {
        versions.rows().giveBack(version);
      }
      throw e;
    }
    if (versions != null && version != null) {
      versions.rows().put(source.segment(), version);
    }
  }

  private void load(Source source, int firstStripe, long @Nullable [] version) {
    DataFile file = source.file();
    KeyReader reader = new KeyReader(definition, secret);
    KeyBatch keys = new KeyBatch();
    long[] locations = new long[0];
    long added = 0;
    try (KeyScan scan =
        KeyScan.open(io.newInputFile(file.location(), file.fileSizeInBytes()), read, names)) {
      while (scan.next()) {
        int rows = scan.rows();
        List<Column> columns = scan.columns();
        int without = reader.readKeyColumns(columns.subList(0, fields.size()), 0, rows, keys);
        if (without != KeyReader.ALL_THERE) {
          throw nullKey(file, scan.firstRow() + without);
        }
        if (locations.length < rows) {
          locations = new long[rows];
        }
        added += locate(source, scan.firstRow(), rows, locations);
        if (version != null) {
          readVersions(columns.get(fields.size()), scan.firstRow(), rows, locations, version);
        }
        add(keys, locations, firstStripe);
        progress.accept(rowsRead.addAndGet(rows));
      }
    }
    if (added != source.liveRows()) {
      throw new StorageException(
          "The data file "
              + file.location()
              + " has "
              + added
              + " rows that are not deleted, but by the table's metadata they are "
              + source.liveRows()
              + ". No key of it can be trusted: see what has happened to this file.",
          file.location(),
          null);
    }
  }

  private static long locate(Source source, long firstRow, int rows, long[] locations) {
    DeletedRows deleted = source.deleted();
    int live = 0;
    for (int i = 0; i < rows; i++) {
      boolean gone = deleted != null && deleted.contains(firstRow + i);
      locations[i] = gone ? RowLocation.NONE : RowLocation.of(source.segment(), firstRow + i);
      live += gone ? 0 : 1;
    }
    return live;
  }

  private static void readVersions(
      Column column, long firstRow, int rows, long[] locations, long[] versions) {
    long[] some = new long[rows];
    TableOrder.read(column, rows, some);
    for (int i = 0; i < rows && firstRow + i < versions.length; i++) {
      // Of rows that are deleted nobody asks, and theirs may be far from all others.
      versions[(int) firstRow + i] = locations[i] == RowLocation.NONE ? TableOrder.LOWEST : some[i];
    }
  }

  private void add(KeyBatch keys, long[] locations, int firstStripe) {
    long dead = 0;
    for (int i = 0; i < STRIPES; i++) {
      int stripe = (firstStripe + i) % STRIPES;
      stripes[stripe].lock();
      try {
        int from = stripe * STRIPE_SHARDS;
        dead += index.add(keys, locations, from, from + STRIPE_SHARDS, liveness);
      } finally {
        stripes[stripe].unlock();
      }
    }
    displaced.addAndGet(dead);
  }

  /** How many dead entries of the index have given way. */
  long displaced() {
    return displaced.get();
  }

  private void requireReadable(DataFile file) {
    if (versions != null && file.recordCount() > RowNumbers.MOST_ROWS) {
      throw new UnsupportedTableException(
          "The data file "
              + file.location()
              + " has "
              + file.recordCount()
              + " rows, and with an order column at most "
              + RowNumbers.MOST_ROWS
              + " can be told apart: rewrite it into smaller files.",
          file.location(),
          null);
    }
    if (file.format() != FileFormat.PARQUET || file.keyMetadata() != null) {
      throw new UnsupportedTableException(
          "The keys of "
              + file.location()
              + " cannot be read: it is "
              + (file.keyMetadata() != null ? "encrypted" : "of format " + file.format())
              + ". Upserts need plain Parquet files: rewrite it with another engine.",
          file.location(),
          null);
    }
  }

  private UnsupportedTableException nullKey(DataFile file, long row) {
    return new UnsupportedTableException(
        "Row "
            + row
            + " of "
            + file.location()
            + " has a null in its key "
            + fields.stream().map(NestedField::name).toList()
            + ", which this stream refuses. Give the row a key, or take null as a value:"
            + " WriterOptions.nullsInKey.",
        file.location(),
        null);
  }
}
