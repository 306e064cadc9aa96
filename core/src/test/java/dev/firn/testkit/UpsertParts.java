package dev.firn.testkit;

import dev.firn.api.SharedTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterGroup;
import dev.firn.api.WriterOptions;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.SnapshotCommitter;
import dev.firn.internal.resolve.KeyedTable;
import dev.firn.internal.resolve.KeyedTableAccess;
import dev.firn.internal.stage.Replacements;
import dev.firn.internal.stream.SharedWriterAccess;
import dev.firn.internal.stream.StreamingGroupAccess;
import dev.firn.internal.stream.StreamingWriterAccess;
import dev.firn.testkit.KeyedEvents.Change;
import java.util.Random;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What the writers of a simulation are made of: Firn's parts, or one of them is not as it is. */
final class UpsertParts {

  private static final int LOSSES = 40;

  private final UpsertWorld world;
  private final @Nullable UpsertSafety without;
  private final boolean kept;
  private final boolean lossy;

  UpsertParts(UpsertWorld world, Random random, @Nullable UpsertSafety without) {
    this.world = world;
    this.without = without;
    this.kept = random.nextInt(3) == 0 && without == null;
    this.lossy = random.nextInt(2) == 0 && !kept;
  }

  /** Whether indexes are kept from one process to the next. */
  boolean keepsIndexes() {
    return kept;
  }

  /** Whether all kinds of writers have all safeties. */
  boolean isWhole() {
    return without == null;
  }

  /** A writer for a source that can be replayed. */
  StreamingTableWriter<Change> openWriter(WriterOptions options) {
    Table table = world.table.faulty();
    if (without == UpsertSafety.EXACT_BASE) {
      return openPlain(table, options);
    }
    return StreamingWriterAccess.open(
        table,
        world.table.shape().mapper(),
        options,
        ownKeyed(table, options),
        this::openCommitter);
  }

  private @Nullable KeyedTable ownKeyed(Table table, WriterOptions options) {
    if (kept && world.random.nextBoolean()) {
      return KeyedTableAccess.spilling(table, options, options.executor().orElseThrow());
    }
    return lossy || without != null ? keyed(table, options) : null;
  }

  private StreamingTableWriter<Change> openPlain(Table table, WriterOptions options) {
    KeyedTable keyed = keyed(table, options);
    return StreamingWriterAccess.open(
        table,
        world.table.shape().mapper(),
        options,
        keyed,
        () -> PlainCommitter.open(table, options, keyed),
        () -> ((HasTableOperations) table).operations().current());
  }

  private KeyedTable keyed(Table table, WriterOptions options) {
    return KeyedTableAccess.of(
        table, options, options.executor().orElseThrow(), without, this::losesAnEntry);
  }

  private boolean losesAnEntry() {
    boolean loses = lossy && world.random.nextInt(LOSSES) == 0;
    if (loses) {
      world.count("an entry of an index lost");
    }
    return loses;
  }

  private SnapshotCommitter openCommitter(
      Table table, WriterOptions options, Replacements replacements) {
    return without == UpsertSafety.SINGLE_VECTOR
        ? CommitterAccess.openWithSharedVectorFile(table, options, replacements, world::waited)
        : CommitterAccess.open(table, options, replacements, world::waited);
  }

  /** Writers that commit together, in this one thread. */
  WriterGroup openGroup(WriterOptions options) {
    return StreamingGroupAccess.open(world.table.faulty(), options, this::openCommitter);
  }

  /** A writer for many threads, in this one. */
  SharedTableWriter<Change> openShared(WriterOptions options) {
    return SharedWriterAccess.open(
        world.table.faulty(), world.table.shape().mapper(), options, this::openCommitter);
  }
}
