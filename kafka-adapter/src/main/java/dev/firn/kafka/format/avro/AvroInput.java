package dev.firn.kafka.format.avro;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.kafka.format.values.Refusals;

/**
 * Avro's binary encoding in an array: numbers are decoded, strings and bytes are ranges of the
 * array. Nothing is allocated for a length that the bytes claim, and there cannot be more elements
 * than bytes. Reused from value to value. Hot.
 *
 * <p>Avro's own decoder copies each string and allocates what a length says before it looks whether
 * the bytes are there.
 */
final class AvroInput {

  /**
   * Elements of lists and maps that may take no bytes, nulls for example: two bytes could claim any
   * number of them.
   */
  private static final int MAX_EMPTY_ELEMENTS = 1_024;

  private byte[] bytes = {};
  private int at;
  private int end;

  /** How many elements may still come in this value. */
  private long elementsLeft;

  /** Reads {@code body} from {@code start} on. */
  void open(byte[] body, int start) {
    bytes = body;
    at = start;
    end = body.length;
    elementsLeft = (long) body.length + MAX_EMPTY_ELEMENTS;
  }

  byte[] bytes() {
    return bytes;
  }

  int remaining() {
    return end - at;
  }

  long readLong() {
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == end) {
        throw endsEarly();
      }
      int b = bytes[at++];
      bits |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw malformed("a number has more than ten bytes");
  }

  int readInt() {
    long value = readLong();
    if (value != (int) value) {
      throw malformed("an int is " + value);
    }
    return (int) value;
  }

  boolean readBoolean() {
    int b = bytes[take(1)];
    if (b != 0 && b != 1) {
      throw malformed("a boolean is " + b);
    }
    return b == 1;
  }

  float readFloat() {
    int from = take(Float.BYTES);
    int bits = 0;
    for (int i = Float.BYTES - 1; i >= 0; i--) {
      bits = bits << 8 | (bytes[from + i] & 0xFF);
    }
    return Float.intBitsToFloat(bits);
  }

  double readDouble() {
    int from = take(Double.BYTES);
    long bits = 0;
    for (int i = Double.BYTES - 1; i >= 0; i--) {
      bits = bits << 8 | (bytes[from + i] & 0xFF);
    }
    return Double.longBitsToDouble(bits);
  }

  /** The length of a string or of bytes, which are there. */
  int readLength() {
    long length = readLong();
    if (length < 0 || length > remaining()) {
      throw malformed("a length is " + length + " where " + remaining() + " bytes are left");
    }
    return (int) length;
  }

  /** Passes {@code length} bytes, and says where they start. */
  int take(int length) {
    if (length > remaining()) {
      throw endsEarly();
    }
    int start = at;
    at += length;
    return start;
  }

  /** How many elements come before the next call; 0 at the end of the list or map. */
  long readBlock() {
    long count = readLong();
    if (count < 0) {
      count = -count;
      readLength(); // of the block in bytes
    }
    return spend(count);
  }

  /** As {@link #readBlock}, but blocks that say how long they are have been passed. */
  long skipBlocks() {
    long count = readLong();
    while (count < 0) {
      take(readLength());
      count = readLong();
    }
    return spend(count);
  }

  private long spend(long count) {
    if (count < 0 || count > elementsLeft) {
      throw malformed("a block has " + count + " elements, more than there are bytes");
    }
    elementsLeft -= count;
    return count;
  }

  int readIndex(int size, String what) {
    int index = readInt();
    if (index < 0 || index >= size) {
      throw malformed("the index of " + what + " is " + index + " of " + size);
    }
    return index;
  }

  private RecordRejectedException endsEarly() {
    return malformed("the value ends in the middle of a field");
  }

  RecordRejectedException malformed(String what) {
    return Refusals.record(
        "the value is no Avro of its writer's schema: " + what + ", at byte " + at,
        "send the value with the schema it was written with");
  }
}
