package dev.firn.internal.keys;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 128 bits of output, by Aumasson and Bernstein: a hash that cannot be steered
 * without its key. Two rounds for each word of the message, four before each word that comes out.
 * Holds the state of one message at a time; not thread-safe. Hot.
 */
final class SipHash {

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final KeySecret secret;
  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private long first;
  private long second;

  SipHash(KeySecret secret) {
    this.secret = secret;
  }

  /** Hashes {@code bytes[0..length)}; the hash is then in {@link #first} and {@link #second}. */
  void hash(byte[] bytes, int length) {
    v0 = secret.first() ^ 0x736f6d6570736575L;
    v1 = secret.second() ^ 0x646f72616e646f6dL ^ 0xee; // 0xee: of the two words
    v2 = secret.first() ^ 0x6c7967656e657261L;
    v3 = secret.second() ^ 0x7465646279746573L;
    int whole = length & -Long.BYTES;
    for (int at = 0; at < whole; at += Long.BYTES) {
      absorb((long) WORD.get(bytes, at));
    }
    long last = (long) length << 56;
    for (int at = length - 1; at >= whole; at--) {
      last |= (bytes[at] & 0xffL) << 8 * (at - whole);
    }
    absorb(last);
    v2 ^= 0xee;
    first = squeeze();
    v1 ^= 0xdd;
    second = squeeze();
  }

  private void absorb(long word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }

  private long squeeze() {
    rounds(4);
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private void rounds(int count) {
    long a = v0;
    long b = v1;
    long c = v2;
    long d = v3;
    for (int i = 0; i < count; i++) {
      a += b;
      c += d;
      b = Long.rotateLeft(b, 13) ^ a;
      d = Long.rotateLeft(d, 16) ^ c;
      a = Long.rotateLeft(a, 32) + d;
      c += b;
      d = Long.rotateLeft(d, 21) ^ a;
      b = Long.rotateLeft(b, 17) ^ c;
      c = Long.rotateLeft(c, 32);
    }
    v0 = a;
    v1 = b;
    v2 = c;
    v3 = d;
  }

  /** The first eight bytes of the hash, little-endian. */
  long first() {
    return first;
  }

  /** The last eight bytes of the hash, little-endian. */
  long second() {
    return second;
  }
}
