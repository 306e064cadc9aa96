package dev.firn.internal.ingest;

import dev.firn.api.error.BufferFullException;
import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.PartitionedBatches;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.ConversionPlan;
import dev.firn.internal.convert.PartitionKeys;
import dev.firn.internal.convert.SortKeys;
import dev.firn.internal.encode.Crew;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.EncodeSettings;
import dev.firn.internal.encode.FileNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The files that are being made, one per open partition, and the memory they hold. "Open" is a
 * manner of speaking: nothing is written to storage until a file is sealed, in one go, from memory;
 * so a failed write loses nothing.
 *
 * <p>A partition's rows are first a batch of columns. A full page of them is encoded, and joins the
 * compressed pages of the partition's {@link DataFileEncoder}; in a sorted table rows wait until
 * the file is sealed, for only then their order is known. A file is sealed early when it reaches
 * the target size, or when memory is short and it is among the largest.
 *
 * <p>With helpers, one page at a time is encoded behind the caller's back, while it fills the next.
 *
 * <p>Over 400 lines because pages, scattered rows and the memory of both are one account.
 */
final class OpenFiles {

  /** A page at most: the default of {@code write.parquet.page-row-limit}. */
  private static final int PAGE_ROWS = 20_000;

  /**
   * Memory of a page at which it is encoded although it has few rows: about 20 columns of 1 MiB
   * pages.
   */
  private static final long PAGE_BYTES = 16L << 20;

  /**
   * Rows that are scattered at a time: many enough for tight loops, few enough to stay in cache.
   */
  private static final int SCATTER_ROWS = 4_096;

  /**
   * Sealing frees at least this part of the budget at a time, so that it does not make tiny files.
   */
  private static final int RELIEF_PART = 4;

  /**
   * What a byte of a file takes in columns, roughly: how much to sort for a file of target size.
   */
  private static final int RAW_PER_FILE_BYTE = 4;

  private static final int NONE = -1;

  private final MemoryBudget budget;
  private final boolean helped;
  private final TableStager.Settings settings;
  private final TableState state;
  private final EncodeSettings encoding;

  /** The table's sort order; null if it has none. */
  private final @Nullable SortKeys sort;

  private final PartitionKeys keys;
  private final PartitionedBatches batches;
  private final long targetBytes;

  /** Whether an arrival batch is a page as it stands: one partition, any order. */
  private final boolean direct;

  /** By ordinal of partition; null until the partition's first page is full. */
  private final List<@Nullable DataFileEncoder> encoders = new ArrayList<>();

  /** Ordinals in use: 0 to here, exclusive. Read by any thread for a status. */
  private volatile int ordinals;

  private final EarlySeals early;

  /** For rows that have a key, else null. */
  private final @Nullable KeyedRows keyed;

  /** The partition whose last page helpers may be encoding. */
  private int underWay = NONE;

  /** What that page holds: its pages at most, and its rows where they are nobody else's. */
  private long underWayBytes;

  /** Bytes of the budget that the open files hold; those of {@link #early} are not among them. */
  private long charged;

  OpenFiles(
      TableState state,
      ConversionPlan plan,
      MemoryBudget budget,
      EarlySeals early,
      Crew crew,
      @Nullable KeyedRows keyed,
      TableStager.Settings settings) {
    this.state = state;
    this.keyed = keyed;
    this.budget = budget;
    this.early = early;
    this.helped = crew.count() > 0;
    this.settings = settings;
    this.encoding =
        EncodeSettings.of(
            state.schema(),
            state.specs(),
            state.sortOrder(),
            state.properties(),
            state.io(),
            state.locations(),
            state.encryption(),
            new FileNames(settings.streamId()),
            crew);
    this.sort =
        state.sortOrder().isSorted() ? SortKeys.of(state.sortOrder(), state.schema()) : null;
    this.keys = PartitionKeys.of(state.spec(), state.schema());
    this.batches = new PartitionedBatches(plan.shapes());
    this.direct = state.spec().isUnpartitioned() && sort == null;
    this.targetBytes =
        settings.targetFileBytes() > 0 ? settings.targetFileBytes() : encoding.targetFileBytes();
  }

  /** Rows at which an arrival batch is full. */
  int arrivalRows() {
    return direct ? PAGE_ROWS : SCATTER_ROWS;
  }

  /** Bytes at which an arrival batch is full: a small part of a small budget. */
  long arrivalBytes() {
    return direct ? pageBytes() : pageBytes() / 4;
  }

  private long pageBytes() {
    return Math.min(PAGE_BYTES, budget.limit() / (helped ? 8 : 4)); // two are there at once
  }

  /** Whether {@link #take} may return while the rows are still needed. */
  boolean keepsRows() {
    return direct && helped;
  }

  /** Bytes of memory that rows have taken since the last cut, sealed or not. */
  long takenBytes() {
    return charged + early.bytes();
  }

  /** Partitions with rows since the last cut. */
  int count() {
    return ordinals;
  }

  /** Bytes of the budget to reserve before {@link #take}. */
  long bytesToTake(RowBatch arrival) {
    // More than its pages will take, and about what a copy does. A record larger than an arrival
    // batch should be has been taken already, and must go on.
    return Math.min(arrival.heapBytes(), 2 * arrivalBytes());
  }

  /**
   * Takes the rows of {@code arrival}, for which {@code reserved} bytes are reserved; it may be
   * used anew afterwards, or, if {@link #keepsRows}, after the next call or {@link #finish}. If
   * this throws, what is here is of no use any more.
   */
  void take(RowBatch arrival, long reserved) {
    finish();
    long bytes = arrival.heapBytes();
    change(bytes - reserved);
    charged += bytes;
    if (direct) {
      ordinals = 1;
      if (keyed != null) {
        keyed.places().place(arrival.rows());
      }
      encode(0, arrival, bytes);
    } else {
      passFullPages(scatter(arrival));
      settle();
    }
  }

  /** Encodes a page of a partition, or has it encoded while the caller goes on. */
  private void encode(int ordinal, RowBatch page, long bytes) {
    finish();
    encoder(ordinal).begin(page);
    underWay = ordinal;
    underWayBytes = bytes;
    if (!helped) {
      finish();
    }
  }

  /** Whether a page may be being encoded. */
  boolean isUnderWay() {
    return underWay != NONE;
  }

  /** Returns when no rows are being encoded any more. */
  void finish() {
    if (underWay != NONE) {
      int ordinal = underWay;
      encoder(ordinal).finish();
      underWay = NONE;
      underWayBytes = 0;
      settle();
      sealIfFull(ordinal);
    }
  }

  /** Returns the partitions that got rows. */
  private int[] scatter(RowBatch arrival) {
    int[] byRow = keys.ordinals(arrival);
    if (keyed != null) {
      keyed.places().place(arrival.rows(), byRow);
    }
    int[] touched = batches.scatter(arrival, byRow);
    for (int ordinal : touched) {
      ordinals = Math.max(ordinals, ordinal + 1);
    }
    return touched;
  }

  private void passFullPages(int[] touched) {
    for (int ordinal : touched) {
      if (sort != null) {
        if (batches.heapBytes(ordinal) >= targetBytes * RAW_PER_FILE_BYTE) {
          sealEarly(ordinal);
        }
      } else if (batches.rows(ordinal) >= PAGE_ROWS || batches.heapBytes(ordinal) >= pageBytes()) {
        RowBatch page = batches.take(ordinal);
        encode(ordinal, page, 2 * page.heapBytes());
      }
    }
  }

  private DataFileEncoder encoder(int ordinal) {
    while (encoders.size() <= ordinal) {
      encoders.add(null);
    }
    DataFileEncoder encoder = encoders.get(ordinal);
    if (encoder == null) {
      Partition partition =
          direct ? Partition.unpartitioned(state.spec().specId()) : keys.partition(ordinal);
      encoder = new DataFileEncoder(encoding, partition);
      encoders.set(ordinal, encoder);
    }
    return encoder;
  }

  private @Nullable DataFileEncoder opened(int ordinal) {
    return ordinal < encoders.size() ? encoders.get(ordinal) : null;
  }

  private void sealIfFull(int ordinal) {
    DataFileEncoder encoder = opened(ordinal);
    if (encoder != null && encoder.estimatedFileBytes() >= targetBytes) {
      sealEarly(ordinal);
    }
  }

  /** Sets the charge to what is held now. The memory is taken already, so this does not wait. */
  private void settle() {
    long now = underWayBytes + (direct ? 0 : batches.heapBytes() + keys.heapBytes());
    for (DataFileEncoder encoder : encoders) {
      now += encoder == null ? 0 : encoder.heldBytes();
    }
    change(now - charged);
    charged = now;
  }

  private void change(long bytes) {
    if (bytes > 0) {
      budget.charge(bytes);
    } else {
      budget.release(-bytes);
    }
  }

  /**
   * Reserves {@code bytes}: at once if there is room, else by sealing the largest files early and
   * waiting for the memory that comes free, at most for the block deadline. No page is under way.
   */
  void reserve(long bytes) {
    if (budget.tryReserve(bytes)) {
      return;
    }
    early.tryAgain();
    // Pages outgrow what was reserved for them: more than the bytes themselves may be missing. This
    // is asked before what is on the way: memory that comes free in between must not count twice.
    sealLargest(Math.max(budget.shortOf(bytes), budget.limit() / RELIEF_PART));
    try {
      long nanos = budget.reserve(bytes, settings.blockTimeout());
      settings.listener().blocked(Duration.ofNanos(nanos));
    } catch (BufferFullException full) {
      throw early.reasonFor(full);
    }
  }

  private void sealLargest(long wanted) {
    long onTheWay = early.bytesOnTheWay();
    if (onTheWay >= wanted) {
      return;
    }
    int[] largestFirst =
        IntStream.range(0, ordinals)
            .boxed()
            .sorted(Comparator.comparingLong(this::heldBytes).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    for (int ordinal : largestFirst) {
      if (onTheWay >= wanted || heldBytes(ordinal) == 0) {
        return;
      }
      onTheWay += sealEarly(ordinal);
    }
  }

  private long heldBytes(int ordinal) {
    DataFileEncoder encoder = opened(ordinal);
    return (encoder == null ? 0 : encoder.heldBytes())
        + (direct ? 0 : batches.heapBytes(ordinal))
        + (underWay == ordinal ? underWayBytes : 0);
  }

  /** Hands the partition's file to the sealers; returns the bytes that will come free. */
  private long sealEarly(int ordinal) {
    long bytes = heldBytes(ordinal);
    SealTask task = toTask(ordinal, bytes);
    if (task == null) {
      return 0;
    }
    early.add(task, bytes);
    return bytes;
  }

  /** Moves the partition's rows and its charge into a task. */
  private @Nullable SealTask toTask(int ordinal, long bytes) {
    RowBatch rest = direct || batches.rows(ordinal) == 0 ? null : batches.take(ordinal);
    DataFileEncoder encoder = opened(ordinal);
    if (rest == null && encoder == null) {
      return null;
    }
    SealTask task = newTask(ordinal, rest, bytes);
    encoders.set(ordinal, null);
    charged -= bytes;
    return task;
  }

  private SealTask newTask(int ordinal, @Nullable RowBatch rest, long bytes) {
    DataFileEncoder encoder = encoder(ordinal);
    CutFile file = null;
    if (keyed != null) {
      file = keyed.places().seal(ordinal);
      file.seal(encoder.rows(), keyed.superseded(file));
    }
    return new SealTask(encoder, rest, sort, file, state.io(), budget, bytes);
  }

  /**
   * Everything taken so far, and the rows of {@code last}; {@code reserved} bytes go with it for
   * those rows and for a page under way. What comes after is a new beginning.
   */
  List<SealTask> cut(@Nullable RowBatch last, long reserved) {
    List<SealTask> tasks = early.takeAll();
    charged += reserved;
    if (direct) {
      if (last != null && keyed != null) {
        keyed.places().place(last.rows());
      }
      if (last != null || opened(0) != null) {
        tasks.add(newTask(0, last, charged));
      } else {
        budget.release(charged);
      }
    } else {
      if (last != null) {
        scatter(last);
        settle();
      }
      for (int ordinal = 0; ordinal < ordinals; ordinal++) {
        SealTask task = toTask(ordinal, heldBytes(ordinal));
        if (task != null) {
          tasks.add(task);
        }
      }
      budget.release(charged);
    }
    begin();
    return tasks;
  }

  /** Forgets everything taken so far, and deletes the files that are written already. */
  void drop() {
    early.takeAll().forEach(SealTask::drop);
    if (isUnderWay()) {
      encoder(underWay).abandon();
    }
    budget.release(Math.max(0, charged));
    begin();
  }

  private void begin() {
    charged = 0;
    underWay = NONE;
    underWayBytes = 0;
    ordinals = 0;
    encoders.clear();
    if (!direct) {
      batches.clear();
      keys.reset();
    }
  }
}
