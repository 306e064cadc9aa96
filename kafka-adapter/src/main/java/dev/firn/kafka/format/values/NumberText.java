package dev.firn.kafka.format.values;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * A number written out in ASCII, as JSON has it: {@code -12}, {@code 0.5}, {@code 6.02e23}. It is
 * kept as its digits and a scale, so that a decimal never goes through a double, and a double is
 * the nearest one. Reused from value to value. Hot.
 */
public final class NumberText {

  /** Longer numbers are refused: nobody means them, and their digits cost time to convert. */
  public static final int MAX_LENGTH = 1_000;

  /** More digits of an exponent would overflow an int. */
  private static final int MAX_EXPONENT_DIGITS = 9;

  /** The powers of ten that a double holds exactly. */
  private static final double[] DOUBLE_POWERS = new double[23];

  /** The powers of ten that a float holds exactly. */
  private static final float[] FLOAT_POWERS = new float[11];

  /** The powers of ten that a long holds. */
  private static final long[] LONG_POWERS = new long[19];

  static {
    for (int i = 0; i < LONG_POWERS.length; i++) {
      LONG_POWERS[i] = i == 0 ? 1 : 10 * LONG_POWERS[i - 1];
    }
    for (int i = 0; i < DOUBLE_POWERS.length; i++) {
      DOUBLE_POWERS[i] = i == 0 ? 1 : 10 * DOUBLE_POWERS[i - 1];
    }
    for (int i = 0; i < FLOAT_POWERS.length; i++) {
      FLOAT_POWERS[i] = i == 0 ? 1 : 10 * FLOAT_POWERS[i - 1];
    }
  }

  private byte[] bytes = {};
  private int offset;
  private int length;

  private boolean negative;

  /** All digits as one number without sign, if {@link #small}. */
  private long digits;

  /** Whether the digits fit a long. */
  private boolean small;

  /** The number is the digits divided by ten to the scale. */
  private int scale;

  /** Reads the number, or answers false if this is none. */
  public boolean read(byte[] newBytes, int newOffset, int newLength) {
    int end = newOffset + newLength;
    return readFrom(newBytes, newOffset, end) == end;
  }

  /**
   * Reads the number that starts at {@code newOffset}, and answers where it ends, or -1 if there is
   * none.
   */
  public int readFrom(byte[] newBytes, int newOffset, int end) {
    if (bytes != newBytes) {
      bytes = newBytes; // once for a record: a collector may have work with each array that is kept
    }
    offset = newOffset;
    int i = offset;
    negative = i < end && bytes[i] == '-';
    if (negative) {
      i++;
    }
    digits = 0;
    small = true;
    int first = i;
    i = digits(i, end);
    int count = i - first;
    int fraction = 0;
    if (i < end && bytes[i] == '.') {
      int point = i;
      i = digits(i + 1, end);
      fraction = i - point - 1;
      count = fraction == 0 ? 0 : count; // "1." is no number
    }
    scale = fraction;
    if (count > 0 && i < end && (bytes[i] | 0x20) == 'e') {
      i = exponent(i + 1, end);
    }
    length = i - offset;
    return count == 0 || length > MAX_LENGTH ? -1 : i;
  }

  /** Whether there are zeros before other digits of the whole part, which JSON has not. */
  public boolean hasLeadingZeros() {
    int first = negative ? offset + 1 : offset;
    return bytes[first] == '0' && first + 1 < offset + length && isDigit(bytes[first + 1]);
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  /** Takes digits up to the first other character, and says where that is. */
  private int digits(int start, int end) {
    long sum = digits;
    int i = start;
    while (i < end) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (sum >= Long.MAX_VALUE / 10) {
        small &= sum == Long.MAX_VALUE / 10 && digit <= Long.MAX_VALUE % 10;
      }
      sum = 10 * sum + digit;
      i++;
    }
    digits = sum;
    return i;
  }

  /** Takes the exponent from its sign on, and says where it ends, or -1 if it is none. */
  private int exponent(int start, int end) {
    int i = start;
    boolean down = i < end && bytes[i] == '-';
    if (i < end && (down || bytes[i] == '+')) {
      i++;
    }
    int first = i;
    int exponent = 0;
    for (; i < end && isDigit(bytes[i]); i++) {
      if (i - first == MAX_EXPONENT_DIGITS) {
        return -1;
      }
      exponent = 10 * exponent + bytes[i] - '0';
    }
    scale += down ? exponent : -exponent;
    return i == first ? -1 : i;
  }

  /** Whether this is a whole number that {@link #longValue} has. */
  public boolean isLong() {
    if (!small) {
      return isBigLong();
    } else if (scale == 0) {
      return true;
    } else if (scale > 0) {
      return scale < LONG_POWERS.length ? digits % LONG_POWERS[scale] == 0 : digits == 0;
    }
    return digits == 0 || isBigLong();
  }

  /** The slow way to the longs of 19 digits and of exponents. */
  private boolean isBigLong() {
    try {
      decimal().longValueExact();
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** The value, if {@link #isLong}. */
  public long longValue() {
    if (small && scale >= 0) {
      long whole =
          scale == 0 ? digits : scale < LONG_POWERS.length ? digits / LONG_POWERS[scale] : 0;
      return negative ? -whole : whole;
    }
    return decimal().longValueExact();
  }

  /** The nearest double; infinite if there is none near. */
  public double doubleValue() {
    // Digits and power are both exact doubles, so that one division or product rounds once.
    if (small && digits <= 1L << 53 && Math.abs(scale) < DOUBLE_POWERS.length) {
      double value = scale < 0 ? digits * DOUBLE_POWERS[-scale] : digits / DOUBLE_POWERS[scale];
      return negative ? -value : value;
    }
    return Double.parseDouble(toString());
  }

  /** The nearest float; infinite if there is none near. */
  public float floatValue() {
    if (small && digits <= 1 << 24 && Math.abs(scale) < FLOAT_POWERS.length) {
      float value = scale < 0 ? digits * FLOAT_POWERS[-scale] : digits / FLOAT_POWERS[scale];
      return negative ? -value : value;
    }
    return Float.parseFloat(toString());
  }

  /** The exact value; its scale may be enormous. */
  public BigDecimal decimal() {
    return small
        ? BigDecimal.valueOf(negative ? -digits : digits, scale)
        : new BigDecimal(toString());
  }

  /** Writes the value into a decimal column of {@code columnScale}. */
  public void setDecimal(int columnScale, Slot slot) {
    int up = columnScale - scale;
    if (small && up >= 0 && up < LONG_POWERS.length) {
      long unscaled = digits * LONG_POWERS[up];
      if (unscaled >= 0 && Math.multiplyHigh(digits, LONG_POWERS[up]) == 0) {
        slot.setUnscaledDecimal(negative ? -unscaled : unscaled);
        return;
      }
    }
    slot.setDecimal(decimal());
  }

  /** Writes the number as it was written. */
  public void setText(Slot slot) {
    slot.setUtf8(bytes, offset, length);
  }

  /** The number as it was written. */
  @Override
  public String toString() {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }
}
