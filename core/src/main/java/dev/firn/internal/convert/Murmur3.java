package dev.firn.internal.convert;

/** The hash of Iceberg's bucket transform: murmur3, x86 variant, 32 bits, seed 0. Hot. */
final class Murmur3 {

  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private Murmur3() {}

  /** Of the 8 bytes of {@code value}, little-endian. */
  static int hash(long value) {
    int h = mix(0, (int) value);
    h = mix(h, (int) (value >>> 32));
    return finish(h, 8);
  }

  /** Of {@code bytes[from..to)}. */
  static int hash(byte[] bytes, int from, int to) {
    int h = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      h =
          mix(
              h,
              (bytes[i] & 0xFF)
                  | ((bytes[i + 1] & 0xFF) << 8)
                  | ((bytes[i + 2] & 0xFF) << 16)
                  | (bytes[i + 3] << 24));
    }
    int tail = 0;
    for (int shift = 0; i < to; i++, shift += 8) {
      tail |= (bytes[i] & 0xFF) << shift;
    }
    return finish(h ^ scramble(tail), to - from);
  }

  private static int scramble(int k) {
    return Integer.rotateLeft(k * C1, 15) * C2;
  }

  private static int mix(int h, int k) {
    return Integer.rotateLeft(h ^ scramble(k), 13) * 5 + 0xe6546b64;
  }

  private static int finish(int h, int length) {
    int f = h ^ length;
    f = (f ^ (f >>> 16)) * 0x85ebca6b;
    f = (f ^ (f >>> 13)) * 0xc2b2ae35;
    return f ^ (f >>> 16);
  }
}
