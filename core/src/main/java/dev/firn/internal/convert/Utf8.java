package dev.firn.internal.convert;

import dev.firn.internal.buffer.BytesColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/** Strings to UTF-8 without an array between, and bytes checked to be UTF-8. Hot. */
final class Utf8 {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Utf8() {}

  /**
   * Adds {@code value} to {@code column}.
   *
   * <p>First as ASCII, in two loops that the compiler makes good code of: a copy of the low bytes
   * of all characters (a block move where the string is kept as Latin-1), and all characters or'ed
   * together. One loop that copied and looked would leave at the first odd character, and so go
   * character by character.
   *
   * <p>One method, for the compiler does not inline it then: a mapper that sets 25 columns would
   * get 25 copies of these loops, and outgrow what is compiled well.
   *
   * @return -1, or the index of a surrogate without its other half: nothing was added then
   */
  @SuppressWarnings("deprecation") // drops high bytes; the second loop sees whether there were any
  static int append(BytesColumn column, String value) {
    int length = value.length();
    int start = column.used();
    value.getBytes(0, length, column.room(length), start);
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= value.charAt(i);
    }
    if (all < 0x80) {
      column.endSlot(start + length);
      return -1;
    }
    // A char needs 3 bytes at most, half a surrogate pair 2 of 4.
    byte[] bytes = column.room(Math.multiplyExact(3, length));
    int end = start;
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c < 0x80) {
        bytes[end++] = (byte) c;
      } else if (c < 0x800) {
        bytes[end++] = (byte) (0xC0 | (c >> 6));
        bytes[end++] = (byte) (0x80 | (c & 0x3F));
      } else if (!Character.isSurrogate(c)) {
        bytes[end++] = (byte) (0xE0 | (c >> 12));
        bytes[end++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        bytes[end++] = (byte) (0x80 | (c & 0x3F));
      } else {
        if (Character.isLowSurrogate(c)
            || i + 1 == length
            || !Character.isLowSurrogate(value.charAt(i + 1))) {
          return i;
        }
        int codePoint = Character.toCodePoint(c, value.charAt(++i));
        bytes[end++] = (byte) (0xF0 | (codePoint >> 18));
        bytes[end++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        bytes[end++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        bytes[end++] = (byte) (0x80 | (codePoint & 0x3F));
      }
    }
    column.endSlot(end);
    return -1;
  }

  /** Where the first character begins that is not UTF-8, counted from {@code offset}, or -1. */
  static int firstInvalid(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (isAscii(bytes, offset, length)) {
      return -1;
    }
    int end = offset + length;
    int i = offset;
    while (i < end) {
      if (bytes[i] >= 0) {
        i++;
        while (i + 8 <= end && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
          i += 8;
        }
        continue;
      }
      int width = widthAt(bytes, i, end);
      if (width == 0) {
        return i - offset;
      }
      i += width;
    }
    return -1;
  }

  /** Eight at a time, the last of them a second time where eight do not fit. */
  private static boolean isAscii(byte[] bytes, int offset, int length) {
    int last = offset + length - Long.BYTES;
    if (length >= Long.BYTES) {
      long all = (long) LONGS.get(bytes, last);
      for (int i = offset; i < last; i += Long.BYTES) {
        all |= (long) LONGS.get(bytes, i);
      }
      return (all & HIGH_BITS) == 0;
    }
    int all = 0;
    for (int i = offset; i < offset + length; i++) {
      all |= bytes[i];
    }
    return all >= 0;
  }

  /** Bytes of the well-formed character beyond ASCII at {@code i} (Unicode, table 3-7), or 0. */
  private static int widthAt(byte[] bytes, int i, int end) {
    int lead = bytes[i] & 0xFF;
    int low = 0x80;
    int high = 0xBF;
    int width;
    if (lead >= 0xC2 && lead <= 0xDF) {
      width = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      width = 3;
      low = lead == 0xE0 ? 0xA0 : low; // else overlong
      high = lead == 0xED ? 0x9F : high; // else a surrogate
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      width = 4;
      low = lead == 0xF0 ? 0x90 : low; // else overlong
      high = lead == 0xF4 ? 0x8F : high; // else beyond U+10FFFF
    } else {
      return 0;
    }
    if (i + width > end) {
      return 0;
    }
    int second = bytes[i + 1] & 0xFF;
    if (second < low || second > high) {
      return 0;
    }
    for (int k = 2; k < width; k++) {
      if ((bytes[i + k] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return width;
  }
}
