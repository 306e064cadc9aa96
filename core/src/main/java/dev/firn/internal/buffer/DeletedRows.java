package dev.firn.internal.buffer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which rows of one file, or of one batch, are deleted: a set of positions from 0 to 2^32 - 1,
 * compressed. Not thread-safe while it changes.
 */
public final class DeletedRows {

  /** The highest position that can be deleted. */
  public static final long MAX_POSITION = 0xFFFF_FFFFL;

  private final RoaringBitmap bits;

  /** No row. */
  public DeletedRows() {
    this(new RoaringBitmap());
  }

  private DeletedRows(RoaringBitmap bits) {
    this.bits = bits;
  }

  /** The rows at the positions below {@code count}. */
  public static DeletedRows first(long count) {
    RoaringBitmap bits = new RoaringBitmap();
    bits.add(0L, count);
    return new DeletedRows(bits);
  }

  /** The rows of these {@link #bit}s, in any order; the array is of no use afterwards. */
  public static DeletedRows ofBits(int[] bits) {
    return new DeletedRows(RoaringBitmap.bitmapOfUnordered(bits));
  }

  /** Deletes a row; says whether it was there. */
  public boolean add(long position) {
    return bits.checkedAdd(bit(position));
  }

  /** Deletes all rows that {@code other} has deleted. */
  public void addAll(DeletedRows other) {
    bits.or(other.bits);
  }

  /** The rows that this has deleted and {@code other} has not. */
  public DeletedRows without(DeletedRows other) {
    return new DeletedRows(RoaringBitmap.andNot(bits, other.bits));
  }

  /** The same rows, to be changed apart. */
  public DeletedRows copy() {
    return new DeletedRows(bits.clone());
  }

  /** Whether a row is deleted. */
  public boolean contains(long position) {
    return bits.contains(bit(position));
  }

  /** Of the {@code count} rows from a position on, those that are not deleted, counted from it. */
  public int[] othersFrom(long position, int count) {
    int[] others = new int[count];
    int found = 0;
    int row = 0;
    PeekableIntIterator deleted = bits.getIntIterator();
    deleted.advanceIfNeeded(bit(position));
    while (deleted.hasNext() && row < count) {
      long next = Integer.toUnsignedLong(deleted.next()) - position;
      for (long end = Math.min(next, count); row < end; row++) {
        others[found++] = row;
      }
      row = (int) Math.min(next + 1, count);
    }
    for (; row < count; row++) {
      others[found++] = row;
    }
    return Arrays.copyOf(others, found);
  }

  /** How many rows are deleted at positions below this one. */
  public long countBefore(long position) {
    return position == 0 ? 0 : bits.rankLong(bit(position - 1));
  }

  /** How many rows are deleted. */
  public long count() {
    return bits.getLongCardinality();
  }

  public boolean isEmpty() {
    return bits.isEmpty();
  }

  /** Names each deleted row, in order. */
  public void forEach(LongConsumer consumer) {
    bits.forEach((int position) -> consumer.accept(Integer.toUnsignedLong(position)));
  }

  /** Bytes of heap, about. */
  public long heapBytes() {
    return bits.getLongSizeInBytes();
  }

  /**
   * The rows in the portable form of 64-bit Roaring bitmaps, as deletion vectors have it: the
   * number of 32-bit bitmaps, and each with its high bits, all little-endian.
   */
  public byte[] toPortableBytes() {
    bits.runOptimize();
    boolean some = !bits.isEmpty();
    ByteBuffer out =
        ByteBuffer.allocate(Long.BYTES + (some ? Integer.BYTES + bits.serializedSizeInBytes() : 0))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(some ? 1 : 0);
    if (some) {
      out.putInt(0);
      bits.serialize(out);
    }
    return out.array();
  }

  /**
   * Reads what {@link #toPortableBytes} or another writer has written.
   *
   * @throws IOException if this is no such set, or has positions beyond {@link #MAX_POSITION}
   */
  public static DeletedRows ofPortableBytes(ByteBuffer bytes) throws IOException {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    long bitmaps = in.remaining() < Long.BYTES ? -1 : in.getLong();
    if (bitmaps == 0) {
      return new DeletedRows();
    }
    if (bitmaps != 1 || in.remaining() < Integer.BYTES || in.getInt() != 0) {
      throw new IOException(
          "a set of deleted rows must be one bitmap of positions below 2^32, but it has "
              + bitmaps
              + " bitmaps, or a higher one");
    }
    RoaringBitmap bits = new RoaringBitmap();
    bits.deserialize(in);
    return new DeletedRows(bits);
  }

  /** The position of a row that can be deleted, in 32 bits without a sign. */
  public static int bit(long position) {
    if (position < 0 || position > MAX_POSITION) {
      throw new IllegalArgumentException("no row can be deleted at position " + position);
    }
    return (int) position;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeletedRows rows && bits.equals(rows.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  @Override
  public String toString() {
    return count() + " deleted rows";
  }
}
