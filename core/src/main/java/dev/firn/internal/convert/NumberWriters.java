package dev.firn.internal.convert;

import dev.firn.internal.buffer.BooleanColumn;
import dev.firn.internal.buffer.DoubleColumn;
import dev.firn.internal.buffer.FloatColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import org.jspecify.annotations.Nullable;

/** Writers of boolean, int, long, float and double. A number is taken when it is kept exactly. */
final class NumberWriters {

  private NumberWriters() {}

  static final class OfBoolean extends ValueWriter {

    OfBoolean(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putBoolean(boolean value) {
      ((BooleanColumn) column()).append(value);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof Boolean flag) {
        putBoolean(flag);
      } else {
        super.putObject(value);
      }
    }
  }

  static final class OfInt extends ValueWriter {

    OfInt(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putInt(int value) {
      ((IntColumn) column()).append(value);
    }

    @Override
    void putLong(long value) {
      if (value != (int) value) {
        throw rejections.outOfRange(plan, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      }
      putInt((int) value);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof Integer number) {
        putInt(number);
      } else {
        super.putObject(value);
      }
    }
  }

  static final class OfLong extends ValueWriter {

    OfLong(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putInt(int value) {
      putLong(value);
    }

    @Override
    void putLong(long value) {
      ((LongColumn) column()).append(value);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof Long number) {
        putLong(number);
      } else {
        super.putObject(value);
      }
    }
  }

  static final class OfFloat extends ValueWriter {

    OfFloat(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putInt(int value) {
      putLong(value);
    }

    @Override
    void putLong(long value) {
      float rounded = value;
      if (!keeps(rounded, value)) {
        throw rejections.inexact(plan, value);
      }
      putFloat(rounded);
    }

    @Override
    void putFloat(float value) {
      ((FloatColumn) column()).append(value);
    }

    @Override
    void putDouble(double value) {
      float rounded = (float) value;
      if (rounded != value && !Double.isNaN(value)) {
        throw rejections.inexact(plan, value);
      }
      putFloat(rounded);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof Float number) {
        putFloat(number);
      } else {
        super.putObject(value);
      }
    }
  }

  static final class OfDouble extends ValueWriter {

    OfDouble(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putInt(int value) {
      putDouble(value);
    }

    @Override
    void putLong(long value) {
      double rounded = value;
      if (!keeps(rounded, value)) {
        throw rejections.inexact(plan, value);
      }
      putDouble(rounded);
    }

    @Override
    void putFloat(float value) {
      putDouble(value);
    }

    @Override
    void putDouble(double value) {
      ((DoubleColumn) column()).append(value);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof Double number) {
        putDouble(number);
      } else {
        super.putObject(value);
      }
    }
  }

  /** 2 to the 63rd is cut to Long.MAX_VALUE when it is made a long again. */
  private static boolean keeps(double rounded, long value) {
    return (long) rounded == value && rounded != 0x1p63;
  }
}
