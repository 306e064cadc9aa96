package dev.firn.internal.buffer;

import java.util.Arrays;

/** Byte strings of any length, one behind the other: strings as UTF-8, binary, WKB. Hot. */
public final class BytesColumn extends Column {

  private byte[] bytes = {};

  /** {@code ends[i]} is where slot {@code i} ends; it begins where slot {@code i - 1} ends. */
  private int[] ends = {};

  /** Where the next slot begins. */
  private int used;

  public void append(byte[] source, int offset, int length) {
    int start = used;
    System.arraycopy(source, offset, room(length), start, length);
    endSlot(start + length);
  }

  /**
   * Adds {@code count} byte strings of {@code source}: number {@code i} from {@code from} on begins
   * at {@code starts[i]} and has {@code lengths[i]} bytes.
   */
  public void append(byte[] source, int[] starts, int[] lengths, int from, int count) {
    long total = 0;
    for (int i = from; i < from + count; i++) {
      total += lengths[i];
    }
    byte[] target = room(Math.toIntExact(total));
    ensureEnds(size + count);
    int end = used;
    for (int i = from; i < from + count; i++) {
      System.arraycopy(source, starts[i], target, end, lengths[i]);
      end += lengths[i];
      ends[size++] = end;
    }
    used = end;
  }

  /**
   * An array with at least {@code length} bytes free from {@link #used()} on, for a caller that
   * writes a value in place and then says {@link #endSlot} where it ends.
   */
  public byte[] room(int length) {
    int needed = Math.addExact(used, length);
    if (needed > bytes.length) {
      grow(needed);
    }
    return bytes;
  }

  private void grow(int needed) {
    int before = bytes.length;
    bytes =
        Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, before * 2L)));
    grew(bytes.length - before);
  }

  /** Ends the slot being written at {@code end}. */
  public void endSlot(int end) {
    if (size == ends.length) {
      ensureEnds(size + 1);
    }
    ends[size++] = end;
    used = end;
  }

  private void ensureEnds(int slots) {
    if (slots > ends.length) {
      int before = ends.length;
      ends = Arrays.copyOf(ends, grown(before, slots));
      grew(4L * (ends.length - before));
    }
  }

  /** Where the next slot begins: the bytes of all slots so far. */
  public int used() {
    return used;
  }

  /** Where slot {@code i} begins in {@link #bytes()}. */
  public int start(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  /** Where slot {@code i} ends in {@link #bytes()}, exclusive. */
  public int end(int i) {
    return ends[i];
  }

  /** The ends of all slots. Not to be changed. */
  public int[] ends() {
    return ends;
  }

  /** All bytes. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  void appendGap() {
    endSlot(used);
  }

  @Override
  void appendValues(Column source, int from, int to) {
    BytesColumn other = (BytesColumn) source;
    if (to > from) {
      int start = other.start(from);
      int shift = used - start;
      int length = other.ends[to - 1] - start;
      System.arraycopy(other.bytes, start, room(length), used, length);
      ensureEnds(size + to - from);
      for (int i = from; i < to; i++) {
        ends[size++] = other.ends[i] + shift;
      }
      used += length;
    }
  }

  @Override
  void appendValues(Column source, int[] rows, int from, int to) {
    BytesColumn other = (BytesColumn) source;
    int length = 0;
    for (int k = from; k < to; k++) {
      length += other.ends[rows[k]] - other.start(rows[k]);
    }
    room(length);
    ensureEnds(size + to - from);
    int end = used;
    for (int k = from; k < to; k++) {
      int start = other.start(rows[k]);
      int bytesOfSlot = other.ends[rows[k]] - start;
      System.arraycopy(other.bytes, start, bytes, end, bytesOfSlot);
      end += bytesOfSlot;
      ends[size++] = end;
    }
    used = end;
  }

  @Override
  void truncateValues(int newSize) {
    used = newSize == 0 ? 0 : ends[newSize - 1];
  }

  @Override
  public long heapBytes() {
    return bytes.length + 4L * ends.length + ownHeapBytes();
  }
}
