package dev.firn.internal.stream;

import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.internal.commit.SnapshotCommitter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batches of several writers as one snapshot, with an outcome for each, and the sources that each
 * writer has claimed.
 *
 * <p>A failure that says something of one batch (stale, fenced, not for this table) is no verdict
 * on the others: each is committed by itself then. Any other failure is everybody's.
 *
 * <p>What is <em>in doubt</em> may be in the table or land later. It is brought to its end as the
 * same commit, found by the same id, before anything else is committed, claimed or opened, whether
 * or not its writers are still there. If that ends in a definite "no", or cannot be done by this
 * committer any more, it is forgotten: should its request land all the same, it is either the one
 * that lands on that head, and what overlaps it is stale or in already; or it is not.
 *
 * <p>One thread at a time.
 */
final class CombinedCommits {

  private static final Logger LOG = LoggerFactory.getLogger(CombinedCommits.class);

  /** The owner of a source within the group. */
  private record Claim(Object owner, long generation) {}

  private final SnapshotCommitter committer;
  private final String streamId;
  private final Map<String, Claim> claims = new HashMap<>();

  /** What was committed together when the outcome stayed unknown; empty when all is known. */
  private List<StagedCommit> inDoubt = List.of();

  CombinedCommits(SnapshotCommitter committer, String streamId) {
    this.committer = committer;
    this.streamId = streamId;
  }

  /** Commits all of {@code handed}; each has ended after this. Throws nothing. */
  void commit(List<HandedBatch> handed) {
    try {
      settle(handed);
    } catch (RuntimeException | Error e) {
      handed.stream().filter(batch -> !batch.hasEnded()).forEach(batch -> batch.failed(e));
      return;
    }
    List<HandedBatch> left = new ArrayList<>();
    for (HandedBatch batch : handed) {
      if (!batch.hasEnded() && hasItsSources(batch)) {
        left.add(batch);
      }
    }
    if (!left.isEmpty()) {
      commitTogether(left);
    }
  }

  private void commitTogether(List<HandedBatch> handed) {
    List<StagedCommit> staged = handed.stream().map(batch -> batch.staged).toList();
    try {
      List<CommitResult> results = committer.commitEach(staged);
      for (int i = 0; i < results.size(); i++) {
        handed.get(i).landed(results.get(i));
      }
    } catch (RuntimeException | Error e) {
      inDoubt = committer.isInDoubt() ? staged : List.of();
      if (handed.size() == 1 || !isOfOneBatch(e)) {
        handed.forEach(batch -> batch.failed(e));
      } else {
        forgetDoubt(); // what fails so is not retried; positions decide if it lands late
        handed.forEach(batch -> commit(List.of(batch)));
      }
    }
  }

  private static boolean isOfOneBatch(Throwable failure) {
    return failure instanceof StaleTokenException
        || failure instanceof WriterFencedException
        || failure instanceof InvalidTokenException
        || failure instanceof UnsupportedTableException;
  }

  /**
   * Brings what is in doubt to its end.
   *
   * @param handed if a batch of these is in it, it ends with it
   * @throws FirnException if the outcome is as unknown as before: nothing else may be done then
   */
  private void settle(List<HandedBatch> handed) {
    if (inDoubt.isEmpty()) {
      return;
    }
    List<StagedCommit> before = inDoubt;
    try {
      List<CommitResult> results = committer.commitEach(before);
      inDoubt = List.of();
      for (HandedBatch batch : handed) {
        int at = before.indexOf(batch.staged);
        if (at >= 0) {
          batch.landed(results.get(at));
        }
      }
    } catch (RuntimeException e) {
      if (committer.isInDoubt() && mayBeKnownLater(e)) {
        handed.stream()
            .filter(batch -> before.contains(batch.staged))
            .forEach(batch -> batch.failed(e));
        throw e instanceof WriterInterruptedException ? e : stillInDoubt(e);
      }
      LOG.warn("Stream {}: a commit that was in doubt has failed", streamId, e);
      forgetDoubt();
    }
  }

  /** Whether it is not known what became of some commit. */
  boolean isInDoubt() {
    return !inDoubt.isEmpty();
  }

  private static boolean mayBeKnownLater(RuntimeException failure) {
    return failure instanceof StorageException
        || failure instanceof WriterInterruptedException
        || failure instanceof CommitUnknownException
        || failure instanceof CommitConflictException;
  }

  private StorageException stillInDoubt(RuntimeException why) {
    return new StorageException(
        "Nothing was done: an earlier commit of stream "
            + streamId
            + " is still in doubt ("
            + why.getMessage()
            + "). Nothing is lost: call again.",
        committer.base().location(),
        why);
  }

  private void forgetDoubt() {
    committer.forgetDoubt();
    inDoubt = List.of();
  }

  /** A source that another writer of the group has claimed since is not this one's any more. */
  private boolean hasItsSources(HandedBatch batch) {
    for (String source : batch.sources) {
      Claim claim = claims.get(source);
      if (claim != null && claim.owner() != batch.owner) {
        batch.failed(fenced(source, claim.generation(), 0));
        return false;
      }
    }
    return true;
  }

  private WriterFencedException fenced(String source, long theirs, long mine) {
    return new WriterFencedException(
        "Source "
            + source
            + " of stream "
            + streamId
            + " was claimed by another writer of the group, with generation "
            + theirs
            + ". Abort its rows and seek the other sources to committed().",
        streamId,
        mine,
        theirs);
  }

  /** Gives sources to {@code owner}, from the table's other owners and from those in the group. */
  CommitToken claim(Object owner, List<String> sources, long generation) {
    settle(List.of());
    for (String source : sources) {
      Claim claim = claims.get(source);
      if (claim != null && claim.owner() != owner && claim.generation() > generation) {
        throw fenced(source, claim.generation(), generation);
      }
    }
    CommitToken token = committer.claim(sources, generation);
    sources.forEach(source -> claims.put(source, new Claim(owner, generation)));
    return token;
  }

  /** Takes sources from {@code owner}; those that it has lost to another writer stay there. */
  void release(Object owner, List<String> sources) {
    List<String> mine = new ArrayList<>();
    for (String source : sources) {
      Claim claim = claims.get(source);
      if (claim == null || claim.owner() == owner) {
        mine.add(source);
      }
    }
    committer.release(mine);
    claims.keySet().removeAll(mine);
  }

  /** {@code owner} has left. */
  void releaseAll(Object owner) {
    List<String> mine = new ArrayList<>();
    claims.forEach(
        (source, claim) -> {
          if (claim.owner() == owner) {
            mine.add(source);
          }
        });
    release(owner, mine);
  }

  /** Sees what the table holds now, with whatever was in doubt. */
  void refresh() {
    settle(List.of());
    committer.refresh();
  }

  void housekeep() {
    committer.housekeep();
  }

  void discard(List<StagedCommit> staged) {
    committer.discard(staged);
  }
}
