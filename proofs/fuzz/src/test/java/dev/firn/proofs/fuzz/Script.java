package dev.firn.proofs.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Bytes as a row of decisions: whoever mutates the bytes changes the decisions. After the last byte
 * every decision is 0, so that every input ends.
 */
final class Script {

  private final byte[] bytes;
  private int at;

  Script(byte[] bytes) {
    this.bytes = bytes;
  }

  /** {@code count} random inputs, the first of 40 bytes, each longer by {@code step}. */
  static List<byte[]> seeds(int count, int step) {
    List<byte[]> seeds = new ArrayList<>();
    for (int seed = 0; seed < count; seed++) {
      byte[] bytes = new byte[40 + step * seed];
      new Random(seed).nextBytes(bytes);
      seeds.add(bytes);
    }
    return seeds;
  }

  boolean isOver() {
    return at >= bytes.length;
  }

  /** 0 to 255. */
  int next() {
    return isOver() ? 0 : bytes[at++] & 0xFF;
  }

  /** 0 to {@code bound} - 1. */
  int below(int bound) {
    int wide = bound <= 256 ? next() : next() << 16 | next() << 8 | next();
    return wide % bound;
  }

  boolean oneIn(int n) {
    return below(n) == n - 1;
  }

  boolean flag() {
    return (next() & 1) != 0;
  }

  int number() {
    return next() << 24 | next() << 16 | next() << 8 | next();
  }

  long longNumber() {
    return (long) number() << 32 | (number() & 0xFFFF_FFFFL);
  }

  <T> T pick(T[] from) {
    return from[below(from.length)];
  }

  /** Up to {@code most} bytes, as many as are left. */
  byte[] take(int most) {
    int end = (int) Math.min(bytes.length, (long) Math.min(at, bytes.length) + most);
    byte[] taken = Arrays.copyOfRange(bytes, Math.min(at, end), end);
    at = end;
    return taken;
  }

  byte[] rest() {
    return take(Integer.MAX_VALUE);
  }
}
