package dev.firn.internal.ingest;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.FirnException;
import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.PartitionedBatches;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.ConversionPlan;
import dev.firn.internal.convert.PartitionKeys;
import dev.firn.internal.convert.SortKeys;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.EncodeSettings;
import dev.firn.internal.encode.FileNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
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

  private final MemoryBudget budget;
  private final Executor sealers;
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

  /** Sealed, or being sealed, since the last cut. */
  private List<SealTask> early = new ArrayList<>();

  /** Bytes that {@link #early} held when they were handed to the sealers. */
  private long earlyBytes;

  /** Bytes of the budget that the open files hold; those of {@link #early} are not among them. */
  private long charged;

  OpenFiles(
      TableState state,
      ConversionPlan plan,
      MemoryBudget budget,
      Executor sealers,
      TableStager.Settings settings) {
    this.state = state;
    this.budget = budget;
    this.sealers = sealers;
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
            new FileNames(settings.streamId()));
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
    return Math.min(PAGE_BYTES, budget.limit() / 4);
  }

  /** Bytes of memory that rows have taken since the last cut, sealed or not. */
  long takenBytes() {
    return charged + earlyBytes;
  }

  /** Partitions with rows since the last cut. */
  int count() {
    return ordinals;
  }

  /** Has memory to {@link #take} the rows of {@code arrival}; if this throws, nothing changed. */
  void reserveFor(RowBatch arrival) {
    long copied = arrival.heapBytes(); // more than its pages will take, and about what a copy does
    long usual = Math.min(copied, 2 * arrivalBytes());
    reserve(usual);
    budget.charge(copied - usual); // a record larger than that was taken, so it must go on
    charged += copied;
  }

  /**
   * Takes the rows of {@code arrival}, which may be used anew afterwards. Memory is reserved; if
   * this throws, what is here is of no use any more.
   */
  void take(RowBatch arrival) {
    if (direct) {
      ordinals = 1;
      encoder(0).add(arrival);
      settle();
      sealIfFull(0);
    } else {
      passFullPages(scatter(arrival));
      settle();
    }
  }

  /** Returns the partitions that got rows. */
  private int[] scatter(RowBatch arrival) {
    int[] touched = batches.scatter(arrival, keys.ordinals(arrival));
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
        encoder(ordinal).add(batches.take(ordinal));
        sealIfFull(ordinal);
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
    long now = direct ? 0 : batches.heapBytes() + keys.heapBytes();
    for (DataFileEncoder encoder : encoders) {
      now += encoder == null ? 0 : encoder.heldBytes();
    }
    if (now > charged) {
      budget.charge(now - charged);
    } else {
      budget.release(charged - now);
    }
    charged = now;
  }

  /**
   * Reserves {@code bytes}: at once if there is room, else by sealing the largest files early and
   * waiting for the memory that comes free, at most for the block deadline.
   */
  void reserve(long bytes) {
    if (budget.tryReserve(bytes)) {
      return;
    }
    sealAgain();
    sealLargest(Math.max(bytes, budget.limit() / RELIEF_PART));
    try {
      long nanos = budget.reserve(bytes, settings.blockTimeout());
      settings.listener().blocked(Duration.ofNanos(nanos));
    } catch (BufferFullException full) {
      throw cause(full);
    }
  }

  /** If memory is full because files cannot be written, that is what the caller must hear. */
  private RuntimeException cause(BufferFullException full) {
    for (SealTask task : early) {
      FirnException failure = task.failure();
      if (failure != null) {
        return failure;
      }
    }
    return full;
  }

  /** Files whose early sealing has failed are tried once more. */
  private void sealAgain() {
    for (SealTask task : early) {
      if (task.mayTryAgain()) {
        start(task);
      }
    }
  }

  private void sealLargest(long wanted) {
    long onTheWay = 0;
    for (SealTask task : early) {
      onTheWay += task.charged();
    }
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
    return (encoder == null ? 0 : encoder.heldBytes()) + (direct ? 0 : batches.heapBytes(ordinal));
  }

  /** Hands the partition's file to the sealers; returns the bytes that will come free. */
  private long sealEarly(int ordinal) {
    long bytes = heldBytes(ordinal);
    SealTask task = toTask(ordinal, bytes);
    if (task == null) {
      return 0;
    }
    early.add(task);
    earlyBytes += bytes;
    start(task);
    return bytes;
  }

  private void start(SealTask task) {
    try {
      sealers.execute(() -> sealQuietly(task));
    } catch (RuntimeException e) {
      sealQuietly(task); // the executor takes nothing, it may be closing
    }
  }

  private static void sealQuietly(SealTask task) {
    try {
      if (!task.isDropped()) {
        task.seal();
      }
    } catch (RuntimeException e) {
      // Sealed again with the cut, or by the append that runs out of memory; reported there.
      TableStager.LOG.warn("Could not seal a file early, will try again: {}", e.getMessage());
    }
  }

  /** Moves the partition's rows and its charge into a task. */
  private @Nullable SealTask toTask(int ordinal, long bytes) {
    RowBatch rest = direct || batches.rows(ordinal) == 0 ? null : batches.take(ordinal);
    DataFileEncoder encoder = opened(ordinal);
    if (rest == null && encoder == null) {
      return null;
    }
    SealTask task = new SealTask(encoder(ordinal), rest, sort, state.io(), budget, bytes);
    encoders.set(ordinal, null);
    charged -= bytes;
    return task;
  }

  /**
   * Everything taken so far, and the rows of {@code last}, for which {@code lastReserved} bytes are
   * reserved. What comes after is a new beginning.
   */
  Cut cut(@Nullable RowBatch last, long lastReserved) {
    List<SealTask> tasks = new ArrayList<>(early);
    if (direct) {
      if (last != null) {
        DataFileEncoder encoder = encoder(0);
        charged += lastReserved;
        tasks.add(new SealTask(encoder, last, sort, state.io(), budget, charged));
      } else if (opened(0) != null) {
        tasks.add(new SealTask(encoder(0), null, sort, state.io(), budget, charged));
      } else {
        budget.release(charged);
      }
    } else {
      if (last != null) {
        charged += lastReserved;
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
    return new Cut(state, tasks);
  }

  /** Forgets everything taken so far, and deletes the files that are written already. */
  void drop() {
    early.forEach(SealTask::drop);
    budget.release(Math.max(0, charged));
    begin();
  }

  private void begin() {
    charged = 0;
    earlyBytes = 0;
    ordinals = 0;
    encoders.clear();
    early = new ArrayList<>();
    if (!direct) {
      batches.clear();
      keys.reset();
    }
  }
}
