package dev.firn.internal.ingest;

import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.WriterFailedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.ConversionPlan;
import dev.firn.internal.convert.RowCursor;
import dev.firn.internal.encode.Crew;
import dev.firn.internal.keys.TableOrder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records, and hands on what it has gathered at a cut. Hot.
 *
 * <p>A record is written straight into the columns of the <em>arrival</em> batch. A full arrival
 * batch goes on to {@link OpenFiles}: unpartitioned it is a page and is encoded as it stands, with
 * helpers while another batch is filled; else its rows are scattered over the open partitions.
 * Memory is reserved before rows are taken, in slabs, and when it runs short the largest open files
 * are sealed early.
 *
 * <p>Of a stream that upserts, {@link KeyedRows} says which rows of a full arrival batch are
 * written at all.
 *
 * <p>One thread at a time. Over 400 lines because the arrival batch, its memory and its way on are
 * one account: whatever takes rows must leave it balanced.
 *
 * @param <T> the application's record
 */
public final class TableStager<T> {

  static final Logger LOG = LoggerFactory.getLogger(TableStager.class);

  /** What is reserved ahead at least, so that the budget is asked rarely. */
  private static final long SLAB_BYTES = 256 << 10;

  /** Rows between two looks at the memory taken, at most. */
  private static final int MAX_ROWS_UNSEEN = 256;

  private final RecordMapper<T> mapper;
  private final MemoryBudget budget;
  private final EarlySeals early;
  private final Crew crew;
  private final Settings settings;

  /** Writes a row that is deleted but stays; null if deleted rows go. */
  private final @Nullable SoftDeletes<T> softDeletes;

  /** For a stream that upserts, else null. */
  private final @Nullable KeyedRows keyed;

  private TableState state;
  private RowCursor cursor;
  private RowBatch arrival;
  private OpenFiles files;

  /** Bytes of the budget that the arrival batch may grow into. */
  private long arrivalReserved;

  /** The batch that was filled before, whose rows may still be needed; null if there is none. */
  private @Nullable RowBatch spare;

  private long spareReserved;

  /** The row of the arrival batch at which the memory taken is looked at again. */
  private int nextLook;

  /** What the arrival batch may have grown to before that: a row may be huge. */
  private long nextLookBytes;

  private long rowsSinceCut;

  /** Why rows are lost in here, so that nothing may be cut any more; null while all is well. */
  private @Nullable WriterFailedException broken;

  /**
   * How a stager behaves.
   *
   * @param blockTimeout how long an append may wait for memory
   * @param targetFileBytes the size at which a file is sealed, or 0 for the table's own
   */
  record Settings(
      String streamId, Duration blockTimeout, long targetFileBytes, WriterListener listener) {

    static Settings of(WriterOptions options) {
      return new Settings(
          options.streamId(),
          options.blockTimeout(),
          options.targetFileBytes().orElse(0),
          options.listener());
    }
  }

  /**
   * @param upserts how rows take the place of others; null to append all
   * @param workers where columns are encoded and files are sealed early; null to do it all on the
   *     calling thread
   */
  public TableStager(
      TableState state,
      RecordMapper<T> mapper,
      WriterOptions options,
      @Nullable Upserts upserts,
      @Nullable Executor workers) {
    this.mapper = mapper;
    this.budget = new MemoryBudget(options.memoryLimitBytes());
    this.early = new EarlySeals(workers == null ? Runnable::run : workers);
    this.crew = workers == null ? Crew.none() : Crew.on(workers);
    this.settings = Settings.of(options);
    this.softDeletes =
        options.softDeleteColumn().map(column -> new SoftDeletes<>(mapper, column)).orElse(null);
    this.keyed = upserts == null ? null : new KeyedRows(upserts, state, options.streamId(), budget);
    this.state = state;
    ConversionPlan plan = planOf(state.schema());
    this.files = new OpenFiles(state, plan, budget, early, crew, keyed, settings);
    this.cursor = plan.newCursor(state.spec(), deletesKeys());
    this.arrival = new RowBatch(plan.shapes());
    cursor.attach(arrival);
    bind(state.schema());
  }

  private void bind(Schema schema) {
    mapper.bind(schema);
    if (softDeletes != null) {
      softDeletes.bind(schema);
    }
  }

  private ConversionPlan planOf(Schema schema) {
    if (keyed == null) {
      return ConversionPlan.of(schema);
    }
    ConversionPlan plan =
        ConversionPlan.of(schema, Set.copyOf(keyed.key().ids()), keyed.key().nulls());
    TableOrder order = keyed.order();
    return order == null ? plan : plan.orderedBy(order.id());
  }

  private boolean deletesKeys() {
    return keyed != null && keyed.deletesKeys();
  }

  /** The table as rows are written for it. */
  public TableState state() {
    return state;
  }

  /**
   * Writes what comes after the next cut for {@code newState}; nothing may be buffered.
   *
   * @throws dev.firn.api.error.UnsupportedTableException if Firn cannot write the new columns
   */
  public void adopt(TableState newState) {
    if (rowsSinceCut != 0) {
      throw new IllegalStateException("rows are buffered under the old table state");
    }
    ConversionPlan plan = planOf(newState.schema());
    if (keyed != null) {
      keyed.adopt(newState);
    }
    OpenFiles newFiles = new OpenFiles(newState, plan, budget, early, crew, keyed, settings);
    bind(newState.schema());
    releaseArrival();
    state = newState;
    files = newFiles;
    cursor = plan.newCursor(newState.spec(), deletesKeys());
    arrival = new RowBatch(plan.shapes());
    cursor.attach(arrival);
  }

  /** Rows since the last cut. */
  public long rowsSinceCut() {
    return rowsSinceCut;
  }

  /**
   * Bytes of memory that the rows since the last cut have taken, those in sealed files included; as
   * of the last look.
   */
  public long bytesSinceCut() {
    return arrivalReserved + files.takenBytes() + (keyed == null ? 0 : keyed.heapBytes());
  }

  /**
   * Bytes of the memory limit that are taken, by rows since the last cut and before; any thread.
   */
  public long memoryUsed() {
    return budget.used();
  }

  /** Bytes of memory that rows may take; any thread. */
  public long memoryLimit() {
    return budget.limit();
  }

  /** Changes the limit; any thread. What is taken beyond it comes free before more is taken. */
  public void memoryLimit(long bytes) {
    budget.limit(bytes);
  }

  /** Partitions with rows since the last cut. */
  public int openPartitions() {
    return files.count();
  }

  /**
   * Takes one record. If this throws, the record was not taken and nothing has changed.
   *
   * @throws dev.firn.api.error.RecordRejectedException the record does not fit
   * @throws dev.firn.api.error.BufferFullException no memory before the deadline
   * @throws dev.firn.api.error.StorageException no memory, because files cannot be written
   * @throws WriterFailedException rows taken before are lost
   */
  public void append(T record) {
    makeRoomIfDue();
    cursor.append(record, mapper);
    rowsSinceCut++;
  }

  /**
   * Takes the delete of the row with the record's key; otherwise as {@link #append}.
   *
   * @throws IllegalStateException if the stream has no key
   */
  public void delete(T record) {
    KeyedRows keys = keyed();
    makeRoomIfDue();
    if (softDeletes != null) {
      cursor.append(record, softDeletes);
    } else {
      cursor.appendKey(record, mapper);
      keys.delete(arrival.rows() - 1);
    }
    rowsSinceCut++;
  }

  /**
   * Takes the end of all rows that came before; the table's own go with the next cut.
   *
   * @throws UnsupportedOperationException if nobody knows which rows these are
   */
  public void truncate() {
    requireSound();
    KeyedRows keys = keyed();
    keys.requireRowsAreKnown();
    drop();
    keys.truncate();
    rowsSinceCut = 1;
  }

  private KeyedRows keyed() {
    if (keyed == null) {
      throw new IllegalStateException("stream " + settings.streamId() + " has no key");
    }
    return keyed;
  }

  private void makeRoomIfDue() {
    if (arrival.rows() >= nextLook || arrival.grownBytes() > nextLookBytes) {
      makeRoom();
    }
  }

  /** Passes a full arrival batch on, and has memory for the rows up to the next look. */
  private void makeRoom() {
    requireSound();
    long held = arrival.heapBytes();
    if (arrival.rows() >= files.arrivalRows() || held >= files.arrivalBytes()) {
      passOn();
      held = arrival.heapBytes();
    }
    // Columns grow by half, and the next look is at most twice the rows so far away.
    long wanted = Math.max(held + (held >> 1), held + SLAB_BYTES);
    if (wanted > arrivalReserved) {
      reserve(wanted - arrivalReserved);
      arrivalReserved = wanted;
    }
    int rows = arrival.rows();
    long perRow = rows == 0 ? 1 << 10 : 1 + held / rows;
    long step = Math.max(1, Math.min(MAX_ROWS_UNSEEN, (arrivalReserved - held) / (2 * perRow)));
    nextLook = (int) Math.min(rows + step, Math.max(rows + 1L, files.arrivalRows()));
    nextLookBytes = arrival.grownBytes() + arrivalReserved - held;
  }

  private void passOn() {
    if (arrival.rows() > 0) {
      long bytes = files.bytesToTake(arrival);
      reserve(bytes);
      RowBatch rows;
      try {
        rows = keyed == null ? arrival : keyed.toWrite(arrival);
        if (rows.rows() == 0) {
          budget.release(bytes);
        } else {
          files.take(rows, bytes);
        }
        if (keyed != null && rows.rows() > 0) {
          keyed.placed();
        }
      } catch (RuntimeException | Error e) {
        throw breakOn(e);
      }
      if (files.keepsRows() && rows == arrival) {
        takeTurns();
      }
    }
    emptyArrival();
  }

  /** The full batch is needed for a while; the one before it is free. */
  private void takeTurns() {
    RowBatch free = spare == null ? arrival.emptyCopy() : spare;
    long freeReserved = spareReserved;
    spare = arrival;
    spareReserved = arrivalReserved;
    arrival = free;
    arrivalReserved = freeReserved;
    cursor.attach(arrival);
  }

  private void reserve(long bytes) {
    if (!budget.tryReserve(bytes)) {
      finish();
      releaseSpare();
      files.reserve(bytes);
    }
  }

  private void finish() {
    try {
      files.finish();
    } catch (RuntimeException | Error e) {
      throw breakOn(e);
    }
  }

  /** No page is under way. */
  private void releaseSpare() {
    budget.release(spareReserved);
    spareReserved = 0;
    spare = null;
  }

  private void emptyArrival() {
    arrival.truncate(0);
    if (arrival.heapBytes() > 2 * files.arrivalBytes()) {
      arrival = arrival.emptyCopy(); // one huge record must not stay for ever
      cursor.attach(arrival);
    }
    nextLook = 0;
  }

  /** Rows are half passed on: a later cut would lose or double some of them. */
  private WriterFailedException breakOn(Throwable cause) {
    WriterFailedException failure =
        new WriterFailedException(
            "Stream "
                + settings.streamId()
                + " could not pass on buffered rows: "
                + cause
                + ". Reopen the writer and replay from committed().",
            cause);
    broken = failure;
    nextLook = 0;
    if (cause instanceof Error error) {
      throw error;
    }
    return failure;
  }

  private void requireSound() {
    if (broken != null) {
      throw broken;
    }
  }

  /**
   * Hands on everything since the last cut. Cheap: what is not yet encoded is encoded when the cut
   * is sealed.
   */
  public Cut cut() {
    requireSound();
    List<SealTask> tasks;
    KeyedCut keys = null;
    try {
      if (!files.isUnderWay()) {
        releaseSpare();
      }
      tasks = arrival.rows() > 0 ? cutWithArrival() : cutWithout();
      spareReserved = 0;
      spare = null;
      if (keyed != null) {
        keys = keyed.cut();
      }
    } catch (RuntimeException | Error e) {
      throw breakOn(e);
    }
    nextLook = 0;
    Cut cut = new Cut(state, tasks, keys, rowsSinceCut);
    rowsSinceCut = 0;
    return cut;
  }

  private List<SealTask> cutWithArrival() {
    RowBatch last = arrival;
    arrival = last.emptyCopy();
    cursor.attach(arrival);
    long reserved = arrivalReserved + spareReserved;
    arrivalReserved = 0;
    if (keyed == null) {
      return files.cut(last, reserved);
    }
    RowBatch rows = keyed.toWrite(last);
    List<SealTask> tasks = files.cut(rows.rows() == 0 ? null : rows, reserved);
    if (rows.rows() > 0) {
      keyed.placed();
    }
    return tasks;
  }

  private List<SealTask> cutWithout() {
    releaseArrival();
    emptyArrival();
    return files.cut(null, spareReserved);
  }

  /** Forgets everything since the last cut. */
  public void drop() {
    files.drop();
    if (keyed != null) {
      keyed.drop();
    }
    releaseSpare();
    releaseArrival();
    emptyArrival();
    rowsSinceCut = 0;
  }

  private void releaseArrival() {
    budget.release(arrivalReserved);
    arrivalReserved = 0;
    nextLook = 0;
  }
}
