package dev.firn.internal.maintain;

import dev.firn.internal.resolve.LiveFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.StructLikeWrapper;

/**
 * Which data files are worth a rewrite, and which of them together: those of one partition, in the
 * order in which they came, until a new file would be full.
 */
final class Bins {

  /** A file with this part of its rows deleted is rewritten: a reader decodes them all. */
  private static final double DELETED_PART = 0.1;

  /** A file of this part of the target size is large enough. */
  private static final double SMALL_PART = 0.75;

  /** Fewer small files than this are left until there are more. */
  private static final int FEWEST_SMALL = 5;

  private record Group(int specId, StructLikeWrapper partition) {}

  private Bins() {}

  /**
   * The files that are to become new ones.
   *
   * @param targetBytes of a new file
   */
  static List<List<DataFile>> of(LiveFiles files, TableMetadata base, long targetBytes) {
    Map<Group, List<DataFile>> groups = new LinkedHashMap<>();
    List<DataFile> inOrder = new ArrayList<>(files.all());
    inOrder.sort(
        Comparator.comparing(DataFile::dataSequenceNumber).thenComparing(DataFile::location));
    for (DataFile file : inOrder) {
      StructLikeWrapper partition =
          StructLikeWrapper.forType(base.spec(file.specId()).partitionType());
      groups
          .computeIfAbsent(
              new Group(file.specId(), partition.set(file.partition())), g -> new ArrayList<>())
          .add(file);
    }
    List<List<DataFile>> bins = new ArrayList<>();
    for (List<DataFile> group : groups.values()) {
      bins.addAll(of(group, files, targetBytes));
    }
    return bins;
  }

  private static List<List<DataFile>> of(List<DataFile> group, LiveFiles files, long targetBytes) {
    List<DataFile> chosen = new ArrayList<>();
    int small = 0;
    for (DataFile file : group) {
      boolean isSmall = file.fileSizeInBytes() < SMALL_PART * targetBytes;
      small += isSmall ? 1 : 0;
      if (isSmall || hasManyDeleted(file, files)) {
        chosen.add(file);
      }
    }
    if (small < FEWEST_SMALL) {
      chosen.removeIf(file -> !hasManyDeleted(file, files));
    }
    List<List<DataFile>> bins = new ArrayList<>();
    List<DataFile> bin = new ArrayList<>();
    double bytes = 0;
    for (DataFile file : chosen) {
      double live = file.fileSizeInBytes() * (1 - deletedPart(file, files));
      if (!bin.isEmpty() && bytes + live > targetBytes) {
        bins.add(bin);
        bin = new ArrayList<>();
        bytes = 0;
      }
      bin.add(file);
      bytes += live;
    }
    bins.add(bin);
    bins.removeIf(
        each -> each.size() < 2 && each.stream().noneMatch(f -> hasManyDeleted(f, files)));
    return bins;
  }

  private static boolean hasManyDeleted(DataFile file, LiveFiles files) {
    return deletedPart(file, files) >= DELETED_PART;
  }

  private static double deletedPart(DataFile file, LiveFiles files) {
    long rows = Math.max(1, file.recordCount());
    return Math.min(1, (double) files.deletedAtMost(file.location()) / rows);
  }
}
