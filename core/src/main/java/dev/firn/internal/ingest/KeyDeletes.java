package dev.firn.internal.ingest;

import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.PartitionedBatches;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.convert.ConversionPlan;
import dev.firn.internal.convert.PartitionKeys;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.EqualityDeleteEncoder;
import dev.firn.internal.encode.FileNames;
import dev.firn.internal.keys.TableKey;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The keys that came since the last cut, each once, on their way into equality-delete files: one
 * file for each partition and cut. Full pages are encoded as they come; nothing is written before
 * the cut is sealed. One thread at a time.
 */
final class KeyDeletes {

  private final TableState state;
  private final MemoryBudget budget;
  private final UUID writerId;
  private final EqualityDeleteEncoder encoder;

  /** Where the columns of the key are in an arrival batch. */
  private final int[] columns;

  private final RowBatch arrived;
  private final PartitionKeys partitions;
  private final PartitionedBatches batches;

  /** By ordinal of partition; null until its first page is full. */
  private final List<@Nullable DataFileEncoder> files = new ArrayList<>();

  /** Bytes of the budget that all of this holds. */
  private long charged;

  /**
   * For rows that are written for {@code state}.
   *
   * @param writerId of the writer whose cuts these become
   * @param budget is charged at once: these are keys of rows that were taken already
   */
  KeyDeletes(TableState state, TableKey key, String streamId, UUID writerId, MemoryBudget budget) {
    List<NestedField> fields = key.fields(state.schema());
    Schema schema = new Schema(fields);
    this.state = state;
    this.budget = budget;
    this.writerId = writerId;
    this.encoder =
        EqualityDeleteEncoder.of(
            fields,
            state.specs(),
            state.properties(),
            state.io(),
            state.locations(),
            state.encryption(),
            new FileNames(streamId));
    this.columns = fields.stream().mapToInt(state.schema().columns()::indexOf).toArray();
    this.arrived = new RowBatch(ConversionPlan.of(schema).shapes());
    this.partitions = PartitionKeys.of(state.spec(), schema);
    this.batches = new PartitionedBatches(ConversionPlan.of(schema).shapes());
  }

  /** Takes the keys of {@code rows} of {@code arrival}, none of which came before. */
  void take(RowBatch arrival, int[] rows) {
    arrived.truncate(0);
    arrived.appendFrom(arrival, columns, rows);
    for (int ordinal : batches.scatter(arrived, partitions.ordinals(arrived))) {
      if (batches.rows(ordinal) >= encoder.pageRows()) {
        file(ordinal).add(batches.take(ordinal));
      }
    }
    settle();
  }

  private DataFileEncoder file(int ordinal) {
    while (files.size() <= ordinal) {
      files.add(null);
    }
    DataFileEncoder file = files.get(ordinal);
    if (file == null) {
      file = encoder.newFile(partitions.partition(ordinal));
      files.set(ordinal, file);
    }
    return file;
  }

  private long heldBytes(int ordinal) {
    DataFileEncoder file = ordinal < files.size() ? files.get(ordinal) : null;
    return batches.heapBytes(ordinal) + (file == null ? 0 : file.heldBytes());
  }

  private void settle() {
    long now = arrived.heapBytes() + partitions.heapBytes();
    for (int ordinal = 0; ordinal < partitions.count(); ordinal++) {
      now += heldBytes(ordinal);
    }
    budget.charge(Math.max(0, now - charged));
    budget.release(Math.max(0, charged - now));
    charged = now;
  }

  /** Bytes of memory taken. */
  long heapBytes() {
    return charged;
  }

  /** Hands on the keys so far, with the memory that they hold. */
  EqualityCut cut() {
    List<SealTask> tasks = new ArrayList<>();
    for (int ordinal = 0; ordinal < partitions.count(); ordinal++) {
      long bytes = heldBytes(ordinal);
      RowBatch rest = batches.rows(ordinal) == 0 ? null : batches.take(ordinal);
      DataFileEncoder file = file(ordinal);
      tasks.add(new SealTask(file, rest, null, null, state.io(), budget, bytes));
      charged -= bytes;
    }
    drop();
    return new EqualityCut(writerId, encoder, tasks);
  }

  /** Forgets them, and gives the memory back. */
  void drop() {
    budget.release(Math.max(0, charged));
    charged = 0;
    files.clear();
    batches.clear();
    partitions.reset();
  }
}
