package dev.firn.internal.resolve;

import dev.firn.internal.encode.FileNames;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.Liveness;
import dev.firn.internal.keys.Locations;
import dev.firn.internal.keys.RowNumbers;
import dev.firn.internal.keys.TableOrder;
import dev.firn.internal.keys.Tombstones;
import dev.firn.testkit.UpsertSafety;
import java.util.BitSet;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a table by key, all but one of them as they are, and an index that loses entries.
 */
final class WeakenedKeys extends KeyedParts {

  private final @Nullable UpsertSafety without;
  private final BooleanSupplier loses;

  WeakenedKeys(@Nullable UpsertSafety without, BooleanSupplier loses) {
    this.without = without;
    this.loses = loses;
  }

  @Override
  KeyIndex index(KeyIndex index) {
    return new LossyIndex(index, loses);
  }

  @Override
  KeyVersions versions(TableOrder order, RowNumbers rows, Tombstones tombstones) {
    return without == UpsertSafety.VERSIONS
        ? new Indifferent(order, rows, tombstones)
        : super.versions(order, rows, tombstones);
  }

  @Override
  Lineage lineage(RowIds ids, FileReading reading, FileNames names) {
    return without == UpsertSafety.ROW_IDS
        ? new Stale(ids, reading, names)
        : super.lineage(ids, reading, names);
  }

  @Override
  IndexedFiles files(
      KeyIndex index,
      FileReading reading,
      @Nullable KeyVersions versions,
      @Nullable Lineage lineage) {
    if (without == UpsertSafety.STATE_DIFF) {
      return new Blind(index, reading, versions, lineage);
    }
    return without == UpsertSafety.CARDINALITY_CHECK
        ? new Credulous(index, reading, versions, lineage)
        : super.files(index, reading, versions, lineage);
  }

  /** Looks at the table when it is opened, and then only at its own commits. */
  private static final class Blind extends IndexedFiles {

    private boolean looked;

    Blind(
        KeyIndex index,
        FileReading reading,
        @Nullable KeyVersions versions,
        @Nullable Lineage lineage) {
      super(index, reading, versions, lineage);
    }

    @Override
    void bringTo(@Nullable Snapshot snapshot, TableMetadata base) {
      if (!looked) {
        super.bringTo(snapshot, base);
        looked = true;
      }
    }
  }

  /** Takes the ids that rows had on the first base that a commit was tried on. */
  private static final class Stale extends Lineage {
    private @Nullable StagedKeys last;
    private Map<String, DataFile> written = Map.of();

    Stale(RowIds ids, FileReading reading, FileNames names) {
      super(ids, reading, names);
    }

    @Override
    Map<String, DataFile> preserve(
        StagedKeys staged, BitSet late, long[] replaced, TableFiles files, TableMetadata base) {
      if (last != staged) {
        last = staged;
        written = super.preserve(staged, late, replaced, files, base);
      }
      return written;
    }
  }

  /** Takes whatever comes. */
  private static final class Indifferent extends KeyVersions {
    Indifferent(TableOrder order, RowNumbers rows, Tombstones tombstones) {
      super(order, rows, tombstones);
    }

    @Override
    BitSet late(StagedKeys staged, Locations found, Liveness liveness) {
      return new BitSet();
    }
  }

  /** Takes the index for right. */
  private static final class Credulous extends IndexedFiles {
    Credulous(
        KeyIndex index,
        FileReading reading,
        @Nullable KeyVersions versions,
        @Nullable Lineage lineage) {
      super(index, reading, versions, lineage);
    }

    @Override
    boolean isSound() {
      return true;
    }
  }
}
