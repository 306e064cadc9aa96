package dev.firn.proofs.kafka;

import java.util.Map;

/** Count and order-free checksum per key. */
final class Checksum {

  private Checksum() {}

  static void add(Map<String, long[]> sums, String key, long number) {
    long[] sum = sums.computeIfAbsent(key, name -> new long[2]);
    sum[0]++;
    long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
    sum[1] += mixed ^ mixed >>> 32;
  }
}
