package dev.firn.internal.ingest;

import dev.firn.internal.buffer.DeletedRows;
import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.keys.CutKeys;
import dev.firn.internal.keys.IndexMemory;
import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyClass;
import dev.firn.internal.keys.KeyReader;
import dev.firn.internal.keys.TableKey;
import dev.firn.internal.keys.TableOrder;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.stage.EqualityScope;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the rows that come, for a stream that upserts: which of them are written at all, and
 * where the last row of each key is in the end. One thread at a time.
 */
final class KeyedRows {

  private static final int UNORDERED = -1;

  private final Upserts upserts;
  private final String streamId;
  private final MemoryBudget budget;
  private final IndexMemory memory;
  private final UUID writerId = UUID.randomUUID();
  private final KeyClass keyClass;
  private final KeyBatch keys = new KeyBatch();
  private final BitSet removals = new BitSet();
  private final Places places = new Places();
  private KeyReader reader;

  /** The place of the order column; {@link #UNORDERED} if there is none. */
  private int orderPosition;

  private CutKeys cut;

  /** What becomes of the keys if nobody looks for their rows; null if somebody does. */
  private @Nullable KeyDeletes deletes;

  /** The rows of the arrival batch that are written. */
  private int[] written = {};

  KeyedRows(Upserts upserts, TableState state, String streamId, MemoryBudget budget) {
    this.upserts = upserts;
    this.streamId = streamId;
    this.budget = budget;
    this.memory = new Memory(budget);
    this.reader = readerOf(state.schema());
    this.orderPosition = orderPosition(state.schema());
    this.deletes = deletesOf(state);
    this.keyClass = upserts.key().in(state.schema()).keyClass();
    this.cut = newCut(0);
  }

  /** Keys are noted for rows that were taken already: they wait for nothing. */
  private record Memory(MemoryBudget budget) implements IndexMemory {
    @Override
    public boolean tryReserve(long bytes) {
      budget.charge(bytes);
      return true;
    }

    @Override
    public void charge(long bytes) {
      budget.charge(bytes);
    }

    @Override
    public void release(long bytes) {
      budget.release(bytes);
    }

    @Override
    public long limitBytes() {
      return budget.limit();
    }
  }

  private KeyReader readerOf(Schema schema) {
    return new KeyReader(upserts.key().in(schema), upserts.secret());
  }

  private @Nullable KeyDeletes deletesOf(TableState state) {
    if (upserts.table() != null) {
      return null;
    }
    EqualityScope.requireKeyed(state.schema(), state.spec(), upserts.key().ids());
    return new KeyDeletes(state, upserts.key(), streamId, writerId, budget);
  }

  private CutKeys newCut(long expectedKeys) {
    return new CutKeys(keyClass, memory, expectedKeys);
  }

  /** Whether keys go into delete files, each in its partition. */
  boolean deletesKeys() {
    return deletes != null;
  }

  private int orderPosition(Schema schema) {
    TableOrder order = order();
    return order == null ? UNORDERED : order.position(schema);
  }

  TableKey key() {
    return upserts.key();
  }

  /** The column that says which row of a key is newer; null if that is the later one. */
  @Nullable TableOrder order() {
    KeyedTable table = upserts.table();
    return table == null ? null : table.order();
  }

  /**
   * From now on rows are written for {@code state}; there are none since the cut.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if they cannot be upserted any more
   */
  void adopt(TableState state) {
    KeyReader newReader = readerOf(state.schema());
    int newPosition = orderPosition(state.schema());
    deletes = deletesOf(state);
    reader = newReader;
    orderPosition = newPosition;
  }

  /** The row of the arrival batch that comes next deletes its key. */
  void delete(int row) {
    removals.set(row);
  }

  /**
   * The rows of a full arrival batch that are to be written, without those that another one of them
   * supersedes, and those that delete. Either {@code arrival} itself or a copy. When they have
   * their {@link #places}, {@link #placed} is to be called.
   */
  RowBatch toWrite(RowBatch arrival) {
    int without = reader.read(arrival, 0, arrival.rows(), keys);
    if (without != KeyReader.ALL_THERE) {
      throw new IllegalStateException("row " + without + " was taken without a key");
    }
    written = cut.take(keys, removals, orderPosition == UNORDERED ? null : versions(arrival));
    if (deletes != null) {
      deletes.take(arrival, cut.firstOfKeys());
    }
    removals.clear();
    if (written.length == arrival.rows()) {
      return arrival;
    }
    RowBatch picked = arrival.emptyCopy();
    picked.appendFrom(arrival, written, 0, written.length);
    return picked;
  }

  private long[] versions(RowBatch arrival) {
    long[] versions = new long[arrival.rows()];
    TableOrder.read(arrival.columns().get(orderPosition), arrival.rows(), versions);
    return versions;
  }

  Places places() {
    return places;
  }

  /** The rows to be written have got their places. */
  void placed() {
    cut.placed(written, places.last());
  }

  /** The rows of a file that need not be written any more; null for none. */
  @Nullable DeletedRows superseded(CutFile file) {
    return cut.superseded(file.number());
  }

  /** Bytes of heap that the keys since the last cut take. */
  long heapBytes() {
    return cut.heapBytes() + (deletes == null ? 0 : deletes.heapBytes());
  }

  /** Hands on the keys since the last cut. */
  KeyedCut cut() {
    CutKeys all = cut;
    List<CutFile> files = places.cut();
    cut = newCut(all.keys()); // streams are steady, mostly
    return new KeyedCut(upserts, all, memory, files, deletes == null ? null : deletes.cut());
  }

  /**
   * For what is done to rows that no key names.
   *
   * @throws UnsupportedOperationException if deletes name keys only
   */
  void requireRowsAreKnown() {
    if (deletes != null) {
      throw new UnsupportedOperationException(
          "Stream "
              + streamId
              + " writes equality deletes, which name keys, so it cannot truncate the table."
              + " Commit, delete all rows with another tool (table.newDelete()"
              + ".deleteFromRowFilter(Expressions.alwaysTrue()).commit()), and go on; or write with"
              + " DeleteMode.AUTO.");
    }
  }

  /** All keys are to have no row but those that come from now on; rows before are forgotten. */
  void truncate() {
    drop();
    cut.truncate();
  }

  /** Forgets the keys since the last cut. */
  void drop() {
    cut.clear();
    cut = newCut(0);
    places.cut();
    removals.clear();
    if (deletes != null) {
      deletes.drop();
    }
  }
}
