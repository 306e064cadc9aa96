package dev.firn.internal.ingest;

import static dev.firn.proofs.races.Race.require;
import static dev.firn.proofs.races.Race.together;

import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.encode.Crew;
import dev.firn.internal.encode.DataFileEncoder;
import dev.firn.internal.encode.EncodeSettings;
import dev.firn.internal.encode.FileNames;
import java.util.Map;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types;

/** What holds of the memory of files that are sealed, in whatever order things happen. */
public final class SealOrders {

  private static final FileIO IO = new InMemoryFileIO();
  private static final EncodeSettings SETTINGS = settings(IO);

  private SealOrders() {}

  /** All scenarios, by name. */
  public static Map<String, Runnable> all() {
    return Map.ofEntries(
        Map.entry("whatCameFreeIsNotPromisedAgain", SealOrders::whatCameFreeIsNotPromisedAgain),
        Map.entry("memoryIsGivenBackOnce", SealOrders::memoryIsGivenBackOnce));
  }

  static EncodeSettings settings(FileIO io) {
    return EncodeSettings.of(
        new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
        Map.of(0, PartitionSpec.unpartitioned()),
        SortOrder.unsorted(),
        Map.of(),
        io,
        LocationProviders.locationsFor("memory:/races", Map.of()),
        PlaintextEncryptionManager.instance(),
        new FileNames("races"),
        Crew.none());
  }

  private static SealTask holding(long bytes, MemoryBudget budget) {
    budget.charge(bytes);
    DataFileEncoder encoder = new DataFileEncoder(SETTINGS, Partition.unpartitioned(0));
    return new SealTask(encoder, null, null, null, IO, budget, bytes);
  }

  /**
   * Memory that has come free is not promised once more. An append that is short of memory asks
   * what is held and then what will come free; if that is said twice, it waits for nothing.
   */
  static void whatCameFreeIsNotPromisedAgain() {
    MemoryBudget budget = new MemoryBudget(100);
    SealTask task = holding(100, budget);
    together(
        task::drop,
        () -> {
          long held = budget.used();
          long promised = task.charged();
          require(promised <= held, promised + " bytes are promised, but only " + held + " held");
        });
    require(budget.used() == 0 && task.charged() == 0, "memory was kept");
  }

  /** However often a file is given up, its memory is given back once. */
  static void memoryIsGivenBackOnce() {
    MemoryBudget budget = new MemoryBudget(1_000);
    budget.charge(500);
    SealTask task = holding(100, budget);
    together(task::drop, task::drop, task::drop);
    require(budget.used() == 500, budget.used() + " bytes are held, not 500");
  }
}
