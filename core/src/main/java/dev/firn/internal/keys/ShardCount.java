package dev.firn.internal.keys;

/**
 * How much there is in a shard.
 *
 * @param keys in it
 * @param entries of these keys
 */
record ShardCount(long keys, long entries) {

  static final ShardCount NONE = new ShardCount(0, 0);
}
