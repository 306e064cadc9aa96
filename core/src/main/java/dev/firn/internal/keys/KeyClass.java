package dev.firn.internal.keys;

/** How a key is kept in the index. */
public enum KeyClass {
  /** At most 8 bytes: one word, from which the key can be had back. No two keys are one. */
  K64(1),
  /** At most 16 bytes: two words, from which the key can be had back. No two keys are one. */
  K128(2),
  /**
   * Longer: two words of a keyed hash. Of a thousand million keys and ten thousand million look-ups
   * the odds that two keys are ever taken for one are 3 in 10^20, whoever chooses the keys.
   */
  KH(2);

  private final int words;

  KeyClass(int words) {
    this.words = words;
  }

  /** Words of 64 bits per key. */
  public int words() {
    return words;
  }
}
