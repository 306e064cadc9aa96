package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.internal.stage.StagedFiles;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Staged commits that are to become one snapshot.
 *
 * <p>For each of them: {@code to} at or below the committed position of every source it advances
 * means that it is in already; {@code from} equal to the committed position of every such source
 * means that it is next; anything else is stale. Several ranges of one source follow each other.
 */
final class CommitBatch {

  /**
   * What of a batch is new.
   *
   * @param accepted the staged commits whose rows are not in the table yet, in order
   * @param token the stream's token after them
   * @param advanced the sources they advance
   */
  record Arrangement(List<StagedFiles> accepted, CommitToken token, List<String> advanced) {
    Set<UUID> stageIds() {
      return CommitBatch.stageIds(accepted);
    }

    /**
     * Equality deletes do not reach the rows of their own snapshot: a later staged commit would
     * miss the rows of an earlier one. Those of different writers and sources have keys of their
     * own, and may share a snapshot.
     *
     * @throws InvalidTokenException if two of these have a writer or a source in common, and there
     *     are equality deletes
     */
    void requireApart() {
      if (accepted.size() < 2 || accepted.stream().allMatch(files -> files.deletes().isNone())) {
        return;
      }
      Set<UUID> writers = new HashSet<>();
      for (StagedFiles files : accepted) {
        if (!files.deletes().isNone() && !writers.add(files.deletes().writerId())) {
          throw together("were staged by one writer");
        }
      }
      for (String source : advanced) {
        if (advanced.indexOf(source) != advanced.lastIndexOf(source)) {
          throw together("follow each other" + named(source));
        }
      }
    }

    private static InvalidTokenException together(String why) {
      return new InvalidTokenException(
          "Two staged commits with equality deletes cannot share a snapshot, for they "
              + why
              + ": a delete does not reach rows of its own snapshot, so the later one would miss"
              + " those of the earlier. Commit them one after the other.",
          null);
    }
  }

  private final String stream;
  private final List<StagedFiles> staged;
  private final UUID commitId;

  private CommitBatch(String stream, List<StagedFiles> staged) {
    this.stream = stream;
    this.staged = staged;
    this.commitId = commitId(staged);
  }

  /**
   * A batch of staged commits for one stream on one branch of one table.
   *
   * @throws InvalidTokenException if one of them was staged for another, or its range does not
   *     advance
   */
  static CommitBatch of(List<StagedFiles> staged, String table, String stream, String branch) {
    for (StagedFiles files : staged) {
      requireSame("table", files.tableUuid(), table);
      requireSame("stream", files.streamId(), stream);
      requireSame("branch", files.branch(), branch);
      if (advanced(files).isEmpty() && !files.dataFiles().isEmpty()) {
        throw new InvalidTokenException(
            "A staged commit has "
                + files.rows()
                + " rows, but its range does not advance: from "
                + files.from()
                + " to "
                + files.to()
                + ". Rows need a mark that covers them.",
            null);
      }
    }
    return new CommitBatch(stream, List.copyOf(staged));
  }

  /** The same for the same staged commits, in whatever process and order they are committed. */
  UUID commitId() {
    return commitId;
  }

  List<StagedFiles> staged() {
    return staged;
  }

  Set<UUID> stageIds() {
    return stageIds(staged);
  }

  static Set<UUID> stageIds(List<StagedFiles> staged) {
    return staged.stream().map(StagedFiles::stageId).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether there are neither rows nor a position that advances. */
  boolean isEmpty() {
    return staged.stream().allMatch(files -> advanced(files).isEmpty());
  }

  /** Where the batch starts: the lowest {@code from} of each source that it advances. */
  Map<String, @Nullable Position> starts() {
    Map<String, @Nullable Position> starts = new TreeMap<>();
    for (StagedFiles files : staged) {
      for (String source : advanced(files)) {
        Position from = files.from().positions().get(source);
        Position lowest = starts.get(source);
        if (!starts.containsKey(source)
            || (lowest != null && (from == null || from.compareTo(lowest) < 0))) {
          starts.put(source, from);
        }
      }
    }
    return starts;
  }

  /**
   * What of this batch comes on top of {@code committed}.
   *
   * @throws StaleTokenException if a range neither follows what is committed nor lies below it
   */
  Arrangement arrange(CommitToken committed) {
    CommitToken reached = committed;
    List<StagedFiles> accepted = new ArrayList<>();
    List<String> advanced = new ArrayList<>();
    List<StagedFiles> waiting = staged;
    while (!waiting.isEmpty()) {
      List<StagedFiles> gaps = new ArrayList<>();
      for (StagedFiles files : waiting) {
        if (isCovered(files, reached)) {
          continue;
        }
        if (follows(files, reached)) {
          accepted.add(files);
          advanced.addAll(advanced(files));
          reached = reached.advancedBy(advance(files));
        } else {
          gaps.add(files);
        }
      }
      if (gaps.size() == waiting.size()) {
        throw stale(gaps.get(0), reached);
      }
      waiting = gaps;
    }
    return new Arrangement(accepted, reached, advanced);
  }

  private static boolean isCovered(StagedFiles files, CommitToken reached) {
    return files.to().only(advanced(files)).isCoveredBy(reached);
  }

  private static boolean follows(StagedFiles files, CommitToken reached) {
    for (String source : advanced(files)) {
      Position from = files.from().positions().get(source);
      if (!Objects.equals(from, reached.positions().get(source))) {
        return false;
      }
    }
    return true;
  }

  /** The sources whose position this range moves; others may be in it, but are not touched. */
  static List<String> advanced(StagedFiles files) {
    List<String> advanced = new ArrayList<>();
    files
        .to()
        .positions()
        .forEach(
            (source, to) -> {
              Position from = files.from().positions().get(source);
              int order = from == null ? 1 : to.compareTo(from);
              if (order < 0) {
                throw new InvalidTokenException(
                    "A staged range goes back" + named(source) + ": from " + from + " to " + to,
                    null);
              }
              if (order > 0) {
                advanced.add(source);
              }
            });
    return advanced;
  }

  /** Only what this range moves: others may have moved the other sources meanwhile. */
  private static CommitToken advance(StagedFiles files) {
    CommitToken positions = files.to().only(advanced(files));
    return files.to().attachment().map(positions::withAttachment).orElse(positions);
  }

  private StaleTokenException stale(StagedFiles files, CommitToken reached) {
    CommitToken found = reached.only(files.to().positions().keySet());
    return new StaleTokenException(
        "Stream "
            + stream
            + ": a commit starts at "
            + files.from()
            + ", but the table is at "
            + found
            + ". Somebody else committed these positions, or the table was rolled back: "
            + "reopen the writer and replay from committed().",
        stream,
        files.from().toString(),
        found.toString());
  }

  /**
   * For committers that only append.
   *
   * @throws InvalidTokenException if rows of one of these replace others by key
   */
  static void requireOnlyAppends(List<StagedFiles> staged) {
    if (staged.stream().anyMatch(StagedFiles::replacesByKey)) {
      throw new InvalidTokenException(
          "A staged commit has rows that replace others by key, and this committer does not know"
              + " where the others are: it would double them. Commit it through the writer that"
              + " staged it.",
          null);
    }
  }

  private static void requireSame(String what, String staged, String ours) {
    if (!staged.equals(ours)) {
      throw new InvalidTokenException(
          "A staged commit is for "
              + what
              + " "
              + staged
              + ", but this committer is for "
              + ours
              + ". Commit it with the committer of its own "
              + what
              + ".",
          null);
    }
  }

  private static String named(String source) {
    return source.isEmpty() ? "" : " for source " + source;
  }

  private static UUID commitId(List<StagedFiles> staged) {
    ByteBuffer ids = ByteBuffer.allocate(2 * Long.BYTES * staged.size());
    staged.stream()
        .map(StagedFiles::stageId)
        .sorted()
        .forEach(
            id -> ids.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()));
    return UUID.nameUUIDFromBytes(ids.array());
  }
}
