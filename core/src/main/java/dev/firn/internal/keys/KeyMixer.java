package dev.firn.internal.keys;

/**
 * Spreads the words of exact keys over all 64 bits, one to one: what comes out is as good as random
 * for an index to sort by, and no two keys become one. Hot.
 *
 * <p>A word is the finaliser of SplitMix64 after the secret; of two, the first is mixed with what
 * became of the second, so that the top bits depend on the whole key.
 */
final class KeyMixer {

  private static final long FIRST = 0xbf58476d1ce4e5b9L;
  private static final long SECOND = 0x94d049bb133111ebL;
  private static final long FIRST_INVERSE = inverse(FIRST);
  private static final long SECOND_INVERSE = inverse(SECOND);

  private final long secret;
  private final long otherSecret;

  KeyMixer(KeySecret secret) {
    this.secret = secret.first();
    this.otherSecret = secret.second();
  }

  /** The word of a key of one. */
  long one(long word) {
    return mix(word ^ secret);
  }

  /** The second word of a key of two. */
  long second(long second) {
    return mix(second ^ otherSecret);
  }

  /** The first word of a key of two, of which the second is mixed already. */
  long first(long first, long mixedSecond) {
    return mix(first ^ secret ^ mixedSecond);
  }

  /** What {@link #one} was given. */
  long unmixedOne(long mixed) {
    return unmix(mixed) ^ secret;
  }

  /** What {@link #second} was given. */
  long unmixedSecond(long mixed) {
    return unmix(mixed) ^ otherSecret;
  }

  /** What {@link #first} was given. */
  long unmixedFirst(long mixed, long mixedSecond) {
    return unmix(mixed) ^ secret ^ mixedSecond;
  }

  private static long mix(long word) {
    long z = (word ^ word >>> 30) * FIRST;
    z = (z ^ z >>> 27) * SECOND;
    return z ^ z >>> 31;
  }

  private static long unmix(long mixed) {
    long z = (mixed ^ mixed >>> 31 ^ mixed >>> 62) * SECOND_INVERSE;
    z = (z ^ z >>> 27 ^ z >>> 54) * FIRST_INVERSE;
    return z ^ z >>> 30 ^ z >>> 60;
  }

  /** Of an odd number, modulo 2^64: each step doubles the bits that are right, three at first. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int bits = 3; bits < Long.SIZE; bits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
