package dev.firn.internal.convert;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.internal.buffer.FixedColumn;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.apache.iceberg.types.Types.DecimalType;
import org.jspecify.annotations.Nullable;

/** Writers of decimals: rescaled without rounding, refused when digits or range would be lost. */
final class DecimalWriters {

  /**
   * 30,000 digits. To rescale a value its digits are counted, which for a million of them takes
   * seconds; a column holds 38.
   */
  private static final int MAX_RESCALED_BITS = 100_000;

  /** Ten to the n-th, as far as a long goes. */
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private DecimalWriters() {}

  /** What all decimals share: from a value to its unscaled form. */
  private abstract static class OfDecimal extends ValueWriter {

    final int precision;
    final int scale;

    /** One more than the column holds, at its scale. */
    private final BigDecimal limit;

    private final BigDecimal negativeLimit;

    OfDecimal(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
      DecimalType type = (DecimalType) plan.type();
      this.precision = type.precision();
      this.scale = type.scale();
      this.limit = new BigDecimal(BigInteger.TEN.pow(precision), scale);
      this.negativeLimit = limit.negate();
    }

    @Override
    void putInt(int value) {
      putLong(value);
    }

    @Override
    void putLong(long value) {
      if (scale == 0) {
        putUnscaledDecimal(value);
      } else if (scale < POWERS.length
          && Math.multiplyHigh(value, POWERS[scale]) == (value * POWERS[scale]) >> 63) {
        putUnscaled(value * POWERS[scale], value);
      } else {
        putDecimal(BigDecimal.valueOf(value));
      }
    }

    @Override
    void putUnscaledDecimal(long unscaled) {
      putUnscaled(unscaled, null);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof BigDecimal decimal) {
        putDecimal(decimal);
      } else {
        super.putObject(value);
      }
    }

    /** {@code shown} is what the caller gave, when it was not the unscaled value itself. */
    abstract void putUnscaled(long unscaled, @Nullable Object shown);

    final RecordRejectedException tooManyDigits(Object value) {
      return rejections.refuse(
          plan,
          "cannot hold "
              + Rejections.shown(value)
              + ", it has more than "
              + (precision - scale)
              + " digits before the point",
          "send a smaller value or widen the column's precision");
    }

    /** The unscaled value at the column's scale; its precision is checked. */
    final BigInteger unscaled(BigDecimal value) {
      if (value.signum() == 0) {
        return BigInteger.ZERO;
      }
      BigDecimal rescaled = value;
      if (value.scale() != scale) {
        if (Rejections.bits(value) > MAX_RESCALED_BITS) {
          throw tooManyDigits(value);
        }
        // Both checks, and that for zero, also guard setScale against a scale of 1,000,000,000: it
        // would compute that power of ten.
        if ((long) value.precision() - value.scale() > precision - scale) {
          throw tooManyDigits(value);
        }
        if ((long) value.scale() - scale >= value.precision()) {
          throw beyondScale(value);
        }
        try {
          rescaled = value.setScale(scale, RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
          throw beyondScale(value);
        }
      }
      if (!fits(rescaled)) {
        throw tooManyDigits(value);
      }
      return rescaled.unscaledValue();
    }

    /** Whether a value at the column's scale has no more digits than the column. Counts none. */
    private boolean fits(BigDecimal atScale) {
      return atScale.compareTo(limit) < 0 && atScale.compareTo(negativeLimit) > 0;
    }

    private RecordRejectedException beyondScale(BigDecimal value) {
      return rejections.refuse(
          plan,
          "cannot hold " + Rejections.shown(value) + ", it has digits beyond scale " + scale,
          "round it first or widen the column's scale");
    }

    /** The unscaled value at the column's scale, for columns of up to 18 digits. */
    final long unscaledLong(BigDecimal value) {
      if (value.scale() != scale) {
        return unscaled(value).longValue();
      }
      if (!fits(value)) {
        throw tooManyDigits(value);
      }
      // The unscaled value would be a new BigInteger; this is the long inside, nearly always.
      return value.scaleByPowerOfTen(scale).longValue();
    }

    final boolean fits(long unscaled) {
      return precision >= POWERS.length
          || (unscaled < POWERS[precision] && unscaled > -POWERS[precision]);
    }

    final Object given(long unscaled, @Nullable Object shown) {
      return shown == null ? BigDecimal.valueOf(unscaled, scale) : shown;
    }
  }

  /** Up to 9 digits. */
  static final class InInt extends OfDecimal {

    InInt(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putUnscaled(long unscaled, @Nullable Object shown) {
      if (!fits(unscaled)) {
        throw tooManyDigits(given(unscaled, shown));
      }
      ((IntColumn) column()).append((int) unscaled);
    }

    @Override
    void putDecimal(BigDecimal value) {
      ((IntColumn) column()).append((int) unscaledLong(value));
    }
  }

  /** Up to 18 digits. */
  static final class InLong extends OfDecimal {

    InLong(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putUnscaled(long unscaled, @Nullable Object shown) {
      if (!fits(unscaled)) {
        throw tooManyDigits(given(unscaled, shown));
      }
      ((LongColumn) column()).append(unscaled);
    }

    @Override
    void putDecimal(BigDecimal value) {
      ((LongColumn) column()).append(unscaledLong(value));
    }
  }

  /** More than 18 digits: big-endian two's complement of the column's width. */
  static final class InBytes extends OfDecimal {

    private final byte[] bytes;

    InBytes(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
      this.bytes = new byte[plan.shape().width()];
    }

    @Override
    void putUnscaled(long unscaled, @Nullable Object shown) {
      if (!fits(unscaled)) {
        throw tooManyDigits(given(unscaled, shown));
      }
      long rest = unscaled;
      for (int i = bytes.length - 1; i >= 0; i--) {
        bytes[i] = (byte) rest;
        rest >>= 8;
      }
      ((FixedColumn) column()).append(bytes, 0);
    }

    @Override
    void putDecimal(BigDecimal value) {
      ((FixedColumn) column()).appendNumber(unscaled(value).toByteArray());
    }
  }
}
