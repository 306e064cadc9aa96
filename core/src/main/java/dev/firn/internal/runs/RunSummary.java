package dev.firn.internal.runs;

/**
 * What must be known of a run to open it, and to know it again.
 *
 * @param number which says its file; not used again in its directory
 * @param words of a key
 * @param keys in it
 * @param entries in it
 * @param blocks of its file
 * @param check of all blocks' checks
 */
public record RunSummary(long number, int words, long keys, long entries, int blocks, int check) {

  /** The check of some blocks and one more. */
  static int check(int before, int block) {
    return 31 * before + block;
  }

  /** Bytes of heap that the run will take when it is open. */
  public long heapBytes() {
    return KeyFilter.heapBytes(keys) + (long) blocks * Long.BYTES;
  }
}
