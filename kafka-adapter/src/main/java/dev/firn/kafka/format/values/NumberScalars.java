package dev.firn.kafka.format.values;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;

/**
 * Scalars of int, long, float, double and decimal columns. A whole number and a decimal are kept
 * exactly or refused; a floating column takes the nearest value it has. Hot.
 */
final class NumberScalars {

  private NumberScalars() {}

  /** Text is a number written out. */
  private abstract static class OfNumber extends Scalar {

    private final NumberText written = new NumberText();

    OfNumber(String path, Type type) {
      super(path, type);
    }

    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      if (!written.read(bytes, offset, length)) {
        throw unreadable(bytes, offset, length, "a number");
      }
      number(slot, written);
    }
  }

  /** Long columns, and what int columns share with them. */
  static class OfWhole extends OfNumber {

    OfWhole(String path, Type type) {
      super(path, type);
    }

    @Override
    public final void number(Slot slot, NumberText number) {
      if (!number.isLong()) {
        throw Refusals.column(
            path,
            type.toString(),
            "cannot hold " + shown(number) + ", it is no whole number of the column's range",
            "round it first or change the column's type");
      }
      whole(slot, number.longValue());
    }

    @Override
    public void whole(Slot slot, long value) {
      slot.setLong(value);
    }

    @Override
    public final void real(Slot slot, double value, boolean single) {
      long whole = (long) value;
      if (whole != value || value == 0x1p63) {
        throw Refusals.column(
            path,
            type.toString(),
            "cannot hold " + value + ", it is no whole number of the column's range",
            "round it first or change the column's type");
      }
      whole(slot, whole);
    }

    // Times that a column of numbers takes as the numbers they are kept as.

    @Override
    public final void days(Slot slot, int value) {
      whole(slot, value);
    }

    @Override
    public final void timeOfDay(Slot slot, long value, long unitsPerSecond) {
      whole(slot, value);
    }

    @Override
    public final void timestamp(Slot slot, long value, long unitsPerSecond) {
      whole(slot, value);
    }
  }

  static final class OfInt extends OfWhole {

    OfInt(String path, Type type) {
      super(path, type);
    }

    @Override
    public void whole(Slot slot, long value) {
      int narrow = (int) value;
      if (narrow == value) {
        slot.setInt(narrow);
      } else {
        slot.setLong(value); // the column says what its range is
      }
    }
  }

  /** What float and double columns share: the names of what is no number. */
  private abstract static class OfReal extends OfNumber {

    OfReal(String path, Type type) {
      super(path, type);
    }

    @Override
    public final void text(Slot slot, byte[] bytes, int offset, int length) {
      int last = length == 0 ? 0 : bytes[offset + length - 1];
      if (last == 'N' || last == 'y') {
        notANumber(slot, bytes, offset, length);
      } else {
        super.text(slot, bytes, offset, length);
      }
    }

    private void notANumber(Slot slot, byte[] bytes, int offset, int length) {
      double value =
          switch (new String(bytes, offset, Math.min(length, 10), StandardCharsets.UTF_8)) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw unreadable(bytes, offset, length, "a number, NaN or Infinity");
          };
      real(slot, value, false);
    }

    @Override
    public final void decimal(Slot slot, BigDecimal value) {
      byte[] written = value.toString().getBytes(StandardCharsets.ISO_8859_1);
      text(slot, written, 0, written.length);
    }
  }

  static final class OfFloat extends OfReal {

    OfFloat(String path, Type type) {
      super(path, type);
    }

    @Override
    public void number(Slot slot, NumberText number) {
      float value = number.floatValue();
      if (Float.isInfinite(value)) {
        throw outOfRange(shown(number));
      }
      slot.setFloat(value);
    }

    @Override
    public void whole(Slot slot, long value) {
      slot.setFloat((float) value);
    }

    @Override
    public void real(Slot slot, double value, boolean single) {
      float narrow = (float) value;
      if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
        throw outOfRange(value);
      }
      slot.setFloat(narrow);
    }
  }

  static final class OfDouble extends OfReal {

    OfDouble(String path, Type type) {
      super(path, type);
    }

    @Override
    public void number(Slot slot, NumberText number) {
      double value = number.doubleValue();
      if (Double.isInfinite(value)) {
        throw outOfRange(shown(number));
      }
      slot.setDouble(value);
    }

    @Override
    public void whole(Slot slot, long value) {
      slot.setDouble((double) value);
    }

    @Override
    public void real(Slot slot, double value, boolean single) {
      slot.setDouble(value);
    }
  }

  static final class OfDecimal extends OfNumber {

    private final int scale;

    OfDecimal(String path, DecimalType type) {
      super(path, type);
      this.scale = type.scale();
    }

    @Override
    public void number(Slot slot, NumberText number) {
      number.setDecimal(scale, slot);
    }

    @Override
    public void whole(Slot slot, long value) {
      slot.setLong(value);
    }

    /** By the shortest decimal that is read as this floating number: 0.1 is one tenth. */
    @Override
    public void real(Slot slot, double value, boolean single) {
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        throw refuse("the number " + value);
      }
      slot.setDecimal(
          new BigDecimal(single ? Float.toString((float) value) : Double.toString(value)));
    }

    @Override
    public void decimal(Slot slot, BigDecimal value) {
      slot.setDecimal(value);
    }
  }
}
