package dev.firn.testkit;

import java.util.Map;
import java.util.Random;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One table in memory with keyed rows, seen two ways: plainly by other engines and operators, and
 * through faults by writers.
 */
final class UpsertedTable {

  private static final int FIRST_WITH_ROW_IDS = 3;

  /** Keeps Iceberg's expiry from its short cut, which takes vectors for files. */
  private static final String GUARD = "guard";

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final TableIdentifier name;
  private final FaultyCatalog faulty;
  private final KeyedShape shape;
  private final boolean guarded;
  private final boolean preserving;

  UpsertedTable(long seed, FaultPlan faults) {
    Random random = new Random(seed);
    this.name = TableIdentifier.of("upserts", "seed_" + seed);
    this.faulty = new FaultyCatalog(catalog, faults);
    // With dice of its own: all else is drawn as if there were no order.
    boolean ordered = new Random(31 * seed + 1).nextInt(3) == 0;
    this.shape = new KeyedShape(random, ordered);
    this.guarded = random.nextInt(3) == 0;
    boolean preserving = new Random(37 * seed + 1).nextBoolean();
    Map<String, String> properties = SimulatedTable.drawProperties(random);
    catalog
        .buildTable(name, shape.schema())
        .withPartitionSpec(shape.spec())
        .withSortOrder(shape.order())
        .withProperties(properties)
        .create();
    this.preserving = preserving && metadata().formatVersion() >= FIRST_WITH_ROW_IDS;
  }

  /** Does what is done to a table once. */
  void prepare() {
    if (guarded) {
      plain().manageSnapshots().createBranch(GUARD).commit();
    }
  }

  void watch(MemoryCatalog.Watcher watcher) {
    catalog.watch(watcher);
  }

  MemoryFileIO io() {
    return catalog.io();
  }

  KeyedShape shape() {
    return shape;
  }

  /** Whether several deletion vectors may lie in one file, and survive Iceberg's own expiry. */
  boolean isGuarded() {
    return guarded;
  }

  /** Whether rows that are upserted keep their ids. */
  boolean isPreserving() {
    return preserving;
  }

  /** As another engine sees it. */
  Table plain() {
    return catalog.loadTable(name);
  }

  /** As writers see it. */
  Table faulty() {
    return faulty.loadTable(name);
  }

  TableMetadata metadata() {
    return ((HasTableOperations) plain()).operations().current();
  }

  @Override
  public String toString() {
    return "format "
        + metadata().formatVersion()
        + ", "
        + shape
        + (guarded ? ", guarded" : "")
        + (preserving ? ", row ids preserved" : "");
  }
}
