package dev.firn.benchmarks.rows;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;

/** Random values with the skew and the freshness of a stream. */
final class Values {

  private static final char[] LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789".toCharArray();
  private static final char[] HEX = "0123456789abcdef".toCharArray();
  private static final long MICROS = 1_000_000L;

  private final SplittableRandom random;

  Values(long seed) {
    this.random = new SplittableRandom(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Below {@code bound}; small numbers are far more frequent. */
  int skewed(int bound) {
    double unit = random.nextDouble();
    return (int) (unit * unit * unit * bound);
  }

  double unit() {
    return random.nextDouble();
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  String letters(int length) {
    return text(LETTERS, length);
  }

  String hex(int length) {
    return text(HEX, length);
  }

  private String text(char[] alphabet, int length) {
    char[] chars = new char[length];
    for (int i = 0; i < length; i++) {
      chars[i] = alphabet[random.nextInt(alphabet.length)];
    }
    return new String(chars);
  }

  /** One of {@code choices}, as an object of its own: a decoded row shares no strings. */
  String oneOf(String[] choices) {
    return fresh(choices[skewed(choices.length)]);
  }

  static String fresh(String text) {
    return new String(text.toCharArray());
  }

  static String[] words(Values values, String prefix, int count, int length) {
    String[] words = new String[count];
    for (int i = 0; i < count; i++) {
      words[i] = prefix + values.letters(length);
    }
    return words;
  }

  /** The begin of the millisecond. */
  static OffsetDateTime millis(long micros) {
    return instant(micros - Math.floorMod(micros, 1_000L));
  }

  static OffsetDateTime instant(long micros) {
    return Instant.ofEpochSecond(
            Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000)
        .atOffset(ZoneOffset.UTC);
  }
}
