package dev.firn.proofs.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Mutants of valid inputs, from a seed: bits flipped, bytes and lengths set to their extremes,
 * pieces cut out, doubled, and spliced in from another input.
 */
final class Mutations {

  /** Lengths and counts as varints and as four bytes, at the edges where decoders break. */
  private static final byte[][] EXTREMES = {
    {0},
    {1},
    {(byte) 0x7F},
    {(byte) 0x80, 1},
    {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7}, // the greatest int
    {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8}, // one more
    {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, // minus one
    {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, // without end
    {0x7F, -1, -1, -1},
    {-1, -1, -1, -1},
    {(byte) 0x80, 0, 0, 0},
    {0, 0, 1, 0},
    {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // half a surrogate pair as UTF-8
    {(byte) 0xC0, (byte) 0x80}, // overlong
  };

  private final Random random;
  private final List<byte[]> seeds;

  Mutations(long seed, List<byte[]> seeds) {
    this.random = new Random(seed);
    this.seeds = List.copyOf(seeds);
  }

  /** A seed that was changed up to eight times. */
  byte[] next() {
    byte[] bytes = any().clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      bytes = mutated(bytes);
    }
    return bytes;
  }

  private byte[] any() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] mutated(byte[] bytes) {
    if (bytes.length == 0) {
      return any().clone();
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        int end = at + random.nextInt(Math.min(64, bytes.length - at) + 1);
        return spliced(bytes, at, end, new byte[0]);
      }
      case 4 -> {
        int end = at + random.nextInt(Math.min(64, bytes.length - at) + 1);
        return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      }
      case 5 -> {
        byte[] other = any();
        int from = random.nextInt(other.length + 1);
        return spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
      }
      case 6 -> {
        byte[] extreme = EXTREMES[random.nextInt(EXTREMES.length)];
        return spliced(bytes, at, random.nextBoolean() ? at : at + 1, extreme);
      }
      default -> {
        byte[] any = new byte[1 + random.nextInt(16)];
        random.nextBytes(any);
        return spliced(bytes, at, Math.min(bytes.length, at + any.length), any);
      }
    }
    return bytes;
  }

  /** {@code bytes} with {@code piece} in place of what is from {@code from} to {@code to}. */
  private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
    byte[] result = new byte[bytes.length - (to - from) + piece.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(piece, 0, result, from, piece.length);
    System.arraycopy(bytes, to, result, from + piece.length, bytes.length - to);
    return result;
  }
}
