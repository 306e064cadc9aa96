package dev.firn.internal.keys;

import java.security.SecureRandom;

/**
 * 128 random bits that keys are hashed and mixed with, so that nobody can choose keys that fall on
 * each other. Drawn once for an index, and kept with it; never written to the table.
 */
public record KeySecret(long first, long second) {

  /** A new one. */
  public static KeySecret random() {
    SecureRandom random = new SecureRandom();
    return new KeySecret(random.nextLong(), random.nextLong());
  }

  /** Says nothing. */
  @Override
  public String toString() {
    return "KeySecret";
  }
}
