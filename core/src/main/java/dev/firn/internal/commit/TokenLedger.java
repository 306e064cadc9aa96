package dev.firn.internal.commit;

import dev.firn.internal.commit.BranchTokens.HistoryEnd;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one stream on one branch, as the table's metadata tells them.
 *
 * <p>The truth is the token map in the summary of the branch's nearest Firn snapshot: it is
 * compared-and-set with the branch's head in every catalog, and rolls back with the data. The
 * {@link StreamRegistry property} only tells a stream that begins from one whose token was lost.
 */
class TokenLedger {

  /** The token map, see {@link TokenMap#encode()}; or a reference, see {@link TokenFiles}. */
  static final String TOKENS = "firn.tok";

  static final String TOKENS_REFERENCE = "firn.tok.ref";

  /** Readable copies of the committing stream's own token. */
  static final String COMMIT_ID = "firn.commit-id";

  static final String STREAM = "firn.stream";
  static final String EPOCH = "firn.epoch";
  static final String WRITER = "firn.writer";

  /** Set by Iceberg on the snapshot that a cherry-pick makes. */
  private static final String SOURCE_SNAPSHOT = "source-snapshot-id";

  private final String stream;
  private final String branch;
  private final TokenFiles files;

  TokenLedger(String stream, String branch, TokenFiles files) {
    this.stream = stream;
    this.branch = branch;
    this.files = files;
  }

  /**
   * The head that a commit to the branch stands on; for a branch that does not exist yet this is
   * main's, for it will be made from main.
   */
  @Nullable Snapshot head(TableMetadata metadata) {
    SnapshotRef ref = metadata.ref(branch);
    return ref != null ? metadata.snapshot(ref.snapshotId()) : metadata.currentSnapshot();
  }

  /** The map that holds at the head. */
  BranchTokens read(TableMetadata metadata) {
    int depth = 0;
    Snapshot at = head(metadata);
    HistoryEnd end = new HistoryEnd(false, StreamRegistry.UNKNOWN);
    while (at != null) {
      if (files.carriesTokens(at)) {
        Optional<TokenMap> map = files.tokens(at);
        return new BranchTokens(map.orElse(TokenMap.EMPTY), map.isEmpty(), at, depth, end);
      }
      depth++;
      end = endAt(metadata, at);
      at = parent(metadata, at);
    }
    return new BranchTokens(TokenMap.EMPTY, false, null, depth, end);
  }

  /**
   * The map that a commit on {@code metadata} carries on. Streams whose rows were copied by a
   * cherry-pick since it was written are not in it: once the copy is expired nothing would tell any
   * more that their tokens are too old.
   */
  TokenMap carried(TableMetadata metadata) {
    BranchTokens tokens = read(metadata);
    TokenMap map = tokens.map();
    Snapshot at = head(metadata);
    for (int i = 0; i < tokens.depth() && at != null; i++) {
      Long source = sourceOf(at);
      if (source != null) {
        Snapshot copied = metadata.snapshot(source);
        String whose = copied == null ? null : streamOf(copied);
        map = copied == null ? TokenMap.EMPTY : whose == null ? map : map.without(whose);
      }
      at = parent(metadata, at);
    }
    return map;
  }

  /** This stream's token in a map that was read; {@link StreamToken#NONE} if it has none. */
  StreamToken token(BranchTokens tokens) {
    return tokens.map().get(stream).orElse(StreamToken.NONE);
  }

  /** This stream's token in a snapshot of its own. */
  StreamToken tokenIn(Snapshot snapshot) {
    return files.tokens(snapshot).flatMap(map -> map.get(stream)).orElse(StreamToken.NONE);
  }

  /** Where the stream stands at the head that {@code tokens} were read from. */
  Resolution resolve(TableMetadata metadata, BranchTokens tokens) {
    Optional<StreamToken> token = tokens.map().get(stream);
    if (token.isPresent()) {
      return Resolution.found(token.get());
    }
    HistoryEnd end =
        tokens.carrier() == null ? tokens.end() : historyEnd(metadata, tokens.carrier());
    Optional<StreamRegistry> own = StreamRegistry.read(metadata, stream, branch);
    // A branch that was forked from a branch the stream wrote has inherited its rows.
    Optional<StreamRegistry> known =
        own.isPresent() || !(end.truncated() || tokens.removed())
            ? own
            : StreamRegistry.read(metadata, stream, SnapshotRef.MAIN_BRANCH);
    if (known.isPresent() && end.truncated()) {
      StreamRegistry registry = known.get();
      // Everything above the hole was looked at: the mirror is right if it is of the hole itself.
      boolean mirrorHolds = registry.complete() && registry.snapshotId() == end.snapshotId();
      return new Resolution(
          StreamToken.NONE,
          Resolution.EXPIRED,
          mirrorHolds ? registry.mirror() : null,
          end.snapshotId());
    }
    if ((known.isPresent() && tokens.removed()) || hasOwnIn(metadata, tokens.carrier())) {
      return new Resolution(StreamToken.NONE, Resolution.REMOVED, null, null);
    }
    // The whole history from the stream's own root is there and has no commit of it: rolled back.
    boolean begins =
        known.isEmpty()
            || (end.snapshotId() != StreamRegistry.UNKNOWN
                && end.snapshotId() == known.get().rootSnapshotId());
    return begins
        ? Resolution.found(StreamToken.NONE)
        : new Resolution(StreamToken.NONE, Resolution.REPLACED, null, null);
  }

  /**
   * Whether the stream has committed in this history: then a map that does not know it was written
   * after one that could not be read, and the stream does not begin anew.
   */
  private boolean hasOwnIn(TableMetadata metadata, @Nullable Snapshot from) {
    for (Snapshot at = from; at != null; at = parent(metadata, at)) {
      if (isOwn(at)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOwn(Snapshot snapshot) {
    return stream.equals(streamOf(snapshot));
  }

  /** The stream that made {@code snapshot}; null if it is not Firn's. */
  private static @Nullable String streamOf(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    return summary == null ? null : summary.get(STREAM);
  }

  /**
   * The snapshot of a commit, in all snapshots and not only in the head's history; null if there is
   * none.
   */
  @Nullable Snapshot find(TableMetadata metadata, UUID commitId) {
    String id = commitId.toString();
    for (Snapshot snapshot : metadata.snapshots()) {
      Map<String, String> summary = snapshot.summary();
      if (summary != null && id.equals(summary.get(COMMIT_ID))) {
        return snapshot;
      }
    }
    return null;
  }

  /** Whether the map at the head says that the stream's newest commit is this one. */
  boolean isNewest(TableMetadata metadata, UUID commitId) {
    return token(read(metadata)).commitId().equals(commitId);
  }

  /** Whether {@code snapshot} is the head or one of its ancestors. */
  boolean isVisible(TableMetadata metadata, Snapshot snapshot) {
    Snapshot at = head(metadata);
    while (at != null && at.sequenceNumber() >= snapshot.sequenceNumber()) {
      if (at.snapshotId() == snapshot.snapshotId()) {
        return true;
      }
      at = parent(metadata, at);
    }
    return false;
  }

  /**
   * The highest epoch that the stream has anywhere in the table: after a rollback the head knows
   * less than writers that are still running.
   */
  long highestEpoch(TableMetadata metadata) {
    // A branch inherits the epochs of main, where it was forked.
    long highest = Math.max(epochOn(metadata, branch), epochOn(metadata, SnapshotRef.MAIN_BRANCH));
    for (Snapshot snapshot : metadata.snapshots()) {
      if (isOwn(snapshot)) {
        highest = Math.max(highest, files.epoch(snapshot.summary().get(EPOCH)));
      }
    }
    return highest;
  }

  private long epochOn(TableMetadata metadata, String of) {
    return StreamRegistry.read(metadata, stream, of).map(r -> r.mirror().epoch()).orElse(0L);
  }

  /** Where the history of {@code snapshot} ends. */
  HistoryEnd historyEnd(TableMetadata metadata, @Nullable Snapshot snapshot) {
    HistoryEnd end = new HistoryEnd(false, StreamRegistry.UNKNOWN);
    for (Snapshot at = snapshot; at != null; at = parent(metadata, at)) {
      end = endAt(metadata, at);
    }
    return end;
  }

  private static HistoryEnd endAt(TableMetadata metadata, Snapshot at) {
    Long parentId = at.parentId();
    return parentId != null && metadata.snapshot(parentId) == null
        ? new HistoryEnd(true, parentId)
        : new HistoryEnd(false, at.snapshotId());
  }

  static @Nullable Snapshot parent(TableMetadata metadata, Snapshot snapshot) {
    Long parentId = snapshot.parentId();
    return parentId == null ? null : metadata.snapshot(parentId);
  }

  /**
   * A snapshot above the stream's last commit that holds copied rows of an earlier one, which no
   * token knows of; null if there is none. Others may have committed on top of it meanwhile.
   */
  @Nullable Snapshot cherryPicked(TableMetadata metadata) {
    for (Snapshot at = head(metadata); at != null && !isOwn(at); at = parent(metadata, at)) {
      if (copiesOwnRows(metadata, at)) {
        return at;
      }
    }
    return null;
  }

  /**
   * A source that is gone may have been of any stream that has written here: then nobody can say,
   * and that is not "no".
   */
  private boolean copiesOwnRows(TableMetadata metadata, Snapshot snapshot) {
    Long source = sourceOf(snapshot);
    if (source == null) {
      return false;
    }
    Snapshot copied = metadata.snapshot(source);
    return copied == null
        ? StreamRegistry.read(metadata, stream, branch).isPresent()
            || StreamRegistry.read(metadata, stream, SnapshotRef.MAIN_BRANCH).isPresent()
        : isOwn(copied);
  }

  /** The snapshot that this one is a cherry-pick of; null if it is none. */
  static @Nullable Long sourceOf(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    String source = summary == null ? null : summary.get(SOURCE_SNAPSHOT);
    return source == null ? null : Long.valueOf(source);
  }
}
