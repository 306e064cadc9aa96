package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import dev.firn.internal.runs.Run;
import dev.firn.internal.runs.RunSummary;
import dev.firn.internal.runs.SortedEntries;
import java.io.IOException;
import java.util.List;

/** An index as its checkpoint sees it: what of it lies in memory, and over which runs. */
interface RestorableIndex extends KeyIndex {

  /** What a shard has in memory. */
  SortedEntries inMemory(int shard);

  /** The runs beneath it, the newest first. */
  List<Run> runs(int shard);

  /** Keys and entries of a shard. */
  ShardCount count(int shard);

  /**
   * Takes runs over for a shard that is empty.
   *
   * @param count of the shard, with what it will have in memory
   * @throws dev.firn.api.error.StorageException if a run is not what it was
   * @throws IOException if the index has no place for runs
   * @throws IndexFullException if there is no memory for it
   */
  void adopt(int shard, List<RunSummary> runs, ShardCount count) throws IOException;

  /**
   * Takes over what a shard had in memory, after its runs.
   *
   * @param count of these entries
   * @throws IndexFullException if there is no memory for it
   */
  void restore(int shard, ShardCount count, SortedEntries entries);
}
