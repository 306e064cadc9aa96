package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.Position;
import dev.firn.api.RollbackPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.WriterFencedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What this committer knows of its stream, held against what a base says: still the owner, still
 * where it was?
 */
class StreamState {

  static final String CHERRY_PICKED = "cherry-picked";

  private final WriterOptions options;
  private final String tableName;
  private final TokenLedger ledger;
  private final UUID owner = UUID.randomUUID();
  private final Map<String, Long> claims = new TreeMap<>();

  /** Stage ids of what was, or may have been, committed and rolled back: its files may be gone. */
  private final Set<UUID> gonePerhaps = new HashSet<>();

  /** Written by the committing thread; others may look at it meanwhile. */
  private volatile StreamToken known = StreamToken.NONE;

  private @Nullable Long knownSnapshotId;
  private volatile long epoch;
  private @Nullable FirnException ended;

  StreamState(WriterOptions options, String tableName, TokenLedger ledger) {
    this.options = options;
    this.tableName = tableName;
    this.ledger = ledger;
  }

  UUID owner() {
    return owner;
  }

  long epoch() {
    return epoch;
  }

  /** Where the stream was when it was last seen. */
  StreamToken known() {
    return known;
  }

  Map<String, Long> claims() {
    return claims;
  }

  /** The claims on {@code sources} only: the others may have gone to somebody else. */
  Map<String, Long> claimsOf(Iterable<String> sources) {
    Map<String, Long> kept = new TreeMap<>();
    for (String source : sources) {
      Long generation = claims.get(source);
      if (generation != null) {
        kept.put(source, generation);
      }
    }
    return kept;
  }

  /** Now known: {@code token}, carried by this snapshot. */
  void see(StreamToken token, @Nullable Snapshot carrier) {
    known =
        options.rollbackPolicy() == RollbackPolicy.SKIP
            ? token.withPositions(furthest(token.positions(), known.positions()))
            : token;
    knownSnapshotId = carrier == null ? null : carrier.snapshotId();
  }

  /** These were in a commit that was made and rolled back, or of which that cannot be excluded. */
  void mayBeGone(Collection<UUID> stageIds) {
    gonePerhaps.addAll(stageIds);
  }

  /** Whether one of these was in such a commit, be it together with others. */
  boolean isGonePerhaps(Collection<UUID> stageIds) {
    return stageIds.stream().anyMatch(gonePerhaps::contains);
  }

  /** Where rollbacks are accepted, what was committed counts even when it is rolled back. */
  private static CommitToken furthest(CommitToken table, CommitToken mine) {
    List<String> ahead = new ArrayList<>();
    mine.positions()
        .forEach(
            (source, position) -> {
              Position theirs = table.positions().get(source);
              if (theirs == null || theirs.compareTo(position) < 0) {
                ahead.add(source);
              }
            });
    return ahead.isEmpty() ? table : table.advancedBy(mine.only(ahead));
  }

  /** This committer has opened the stream. */
  void opened(StreamToken token, @Nullable Snapshot carrier) {
    epoch = token.epoch();
    see(token, carrier);
  }

  /** The failure after which nothing can be committed any more; null while there is none. */
  @Nullable FirnException ended() {
    return ended;
  }

  /** Remembers failures that no later call can mend. */
  void remember(FirnException failure) {
    boolean fenced =
        failure instanceof WriterFencedException && options.ownership() == Ownership.EXCLUSIVE;
    if (fenced || failure instanceof TableGoneException || failure instanceof TokenLostException) {
      ended = failure;
    }
  }

  /**
   * The stream's token at the head of {@code base}, if this committer may still commit on it.
   *
   * @throws WriterFencedException if another writer has opened the stream since
   * @throws StaleTokenException if the table was rolled back behind the opening
   * @throws TokenLostException if the token cannot be found any more
   * @throws TableGoneException if the table was replaced in place
   */
  StreamToken check(TableMetadata base) {
    Snapshot cherryPicked = ledger.cherryPicked(base);
    if (cherryPicked != null) {
      throw cherryPicked(cherryPicked);
    }
    Resolution resolution = ledger.resolve(base, ledger.read(base));
    if (resolution.isLost()) {
      return lost(resolution);
    }
    StreamToken token = resolution.token();
    return options.ownership() == Ownership.EXCLUSIVE ? checkOwner(token) : token;
  }

  StreamToken checkOwner(StreamToken token) {
    if (token.epoch() > epoch || (token.epoch() == epoch && !token.owner().equals(owner))) {
      throw new WriterFencedException(
          "Stream "
              + options.streamId()
              + " was opened by another writer (epoch "
              + token.epoch()
              + ", this writer has "
              + epoch
              + "). Stop this one: the other resumes from the table's token.",
          options.streamId(),
          epoch,
          token.epoch());
    }
    if (token.epoch() < epoch && options.rollbackPolicy() == RollbackPolicy.FAIL) {
      throw new StaleTokenException(
          "Table "
              + tableName
              + " was rolled back behind the opening of stream "
              + options.streamId()
              + " (epoch "
              + token.epoch()
              + ", this writer has "
              + epoch
              + "): reopen the writer and replay from committed().",
          options.streamId(),
          "epoch " + epoch,
          "epoch " + token.epoch());
    }
    return token.epoch() < epoch ? token.ownedBy(epoch, owner) : token;
  }

  /** The history may end right at the snapshot that was seen last: then nothing is lost. */
  private StreamToken lost(Resolution resolution) {
    Long missing = resolution.missingParent();
    if (missing != null && missing.equals(knownSnapshotId)) {
      return known;
    }
    if (Resolution.REPLACED.equals(resolution.lostBy())) {
      throw new TableGoneException(
          "Table "
              + tableName
              + " was replaced: its history does not hold the stream "
              + options.streamId()
              + " any more. Open a writer anew and say where to resume with a LostTokenPolicy.",
          tableName,
          null);
    }
    throw lostBy(String.valueOf(resolution.lostBy()));
  }

  TokenLostException lostBy(String lostBy) {
    return new TokenLostException(
        "Table "
            + tableName
            + " has seen stream "
            + options.streamId()
            + " before, but its token was lost ("
            + lostBy
            + "). Where the stream stands cannot be told from the table: say where to resume with "
            + "LostTokenPolicy.resumeAt(token).",
        options.streamId(),
        lostBy);
  }

  TokenLostException cherryPicked(Snapshot snapshot) {
    return new TokenLostException(
        "Snapshot "
            + snapshot.snapshotId()
            + " of table "
            + tableName
            + " is a cherry-pick of a commit of stream "
            + options.streamId()
            + ": it has the rows without their token, so the same positions may be applied twice."
            + " Roll it back, or open the writer with LostTokenPolicy.resumeAt(token).",
        options.streamId(),
        CHERRY_PICKED);
  }

  /**
   * The positions that a batch is held against: the table's, or, where the table was rolled back
   * behind this committer and that is accepted, those it had committed.
   */
  CommitToken accepted(CommitToken table, Map<String, @Nullable Position> starts) {
    if (options.rollbackPolicy() != RollbackPolicy.SKIP) {
      return table;
    }
    CommitToken accepted = table;
    for (Map.Entry<String, @Nullable Position> start : starts.entrySet()) {
      Position mine = known.positions().positions().get(start.getKey());
      Position theirs = table.positions().get(start.getKey());
      if (mine == null || !mine.equals(start.getValue())) {
        continue;
      }
      if (theirs == null || theirs.compareTo(mine) < 0) {
        accepted = accepted.advancedBy(known.positions().only(List.of(start.getKey())));
      }
    }
    return accepted;
  }

  /**
   * Checks this committer's claims on {@code sources}.
   *
   * @throws WriterFencedException if one of them was claimed with a newer generation
   */
  void checkClaims(StreamToken token, Iterable<String> sources) {
    for (String source : sources) {
      long mine = claims.getOrDefault(source, 0L);
      long table = token.generation(source);
      if (table > mine) {
        throw new WriterFencedException(
            "Source "
                + source
                + " of stream "
                + options.streamId()
                + " was claimed with generation "
                + table
                + ", this writer has "
                + mine
                + ". Abort its rows and seek the other sources to committed().",
            options.streamId(),
            mine,
            table);
      }
    }
  }
}
