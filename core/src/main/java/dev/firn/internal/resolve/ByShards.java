package dev.firn.internal.resolve;

import dev.firn.internal.keys.KeyBatch;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.work.ClaimedTasks;
import java.util.concurrent.Executor;

/** Work on the index for the keys of a commit: where they are many, each thread has its shards. */
final class ByShards {

  /** Fewer are looked up before a helper has begun. */
  private static final int LEAST_KEYS = 100_000;

  /** More than there are processors, so that none waits long for the last. */
  private static final int PARTS = 32;

  private static final int PART_SHARDS = KeyIndex.SHARDS / PARTS;

  private static final int MOST_HELPERS =
      Math.min(7, Runtime.getRuntime().availableProcessors() - 1);

  private ByShards() {}

  /** Something that is done for {@code fromShard..toShard} (exclusive), knowing no others. */
  interface Work {
    void on(int fromShard, int toShard);
  }

  /** Does {@code work} for all shards. */
  static void run(KeyBatch keys, Executor helpers, Work work) {
    if (keys.size() < LEAST_KEYS) {
      work.on(0, KeyIndex.SHARDS);
    } else {
      ClaimedTasks.run(
          PARTS,
          part -> work.on(part * PART_SHARDS, (part + 1) * PART_SHARDS),
          helpers,
          MOST_HELPERS);
    }
  }
}
