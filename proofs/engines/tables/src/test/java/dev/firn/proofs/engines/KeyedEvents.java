package dev.firn.proofs.engines;

/**
 * A numbered stream of changes of {@value #KEYS} keys, the same for whoever writes them and whoever
 * checks: event n is of one key, and deletes it or gives it a row with the value n.
 */
public final class KeyedEvents {

  /** Keys are the numbers below it. */
  public static final int KEYS = 500;

  private KeyedEvents() {}

  /** The key of event {@code n}. */
  public static long key(long n) {
    return Math.floorMod(n * 0x9E3779B97F4A7C15L >>> 20, KEYS);
  }

  /** Whether event {@code n} deletes its key. */
  public static boolean deletes(long n) {
    return n % 13 == 0;
  }

  /** The partition of the row of event {@code n}: rows of one key move about. */
  public static int bucket(long n) {
    return (int) (n % 3);
  }
}
