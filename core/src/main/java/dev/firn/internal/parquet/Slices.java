package dev.firn.internal.parquet;

/** Byte strings as pieces of one array: value {@code i} begins at {@code starts[i]}. Hot. */
public final class Slices {

  byte[] source = {};
  int[] starts = {};
  int[] lengths = {};

  /** Where all of them are. Not to be changed. */
  public byte[] source() {
    return source;
  }

  public int[] starts() {
    return starts;
  }

  public int[] lengths() {
    return lengths;
  }

  /** Room for so many; their places are not kept. */
  void ensure(int count) {
    if (starts.length < count) {
      starts = new int[count];
      lengths = new int[count];
    }
  }
}
