package dev.firn.internal.convert;

import dev.firn.internal.buffer.BytesColumn;
import dev.firn.internal.buffer.FixedColumn;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writers of string, binary, geometry, geography, fixed and uuid. */
final class ByteWriters {

  private ByteWriters() {}

  static final class OfString extends ValueWriter {

    OfString(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putString(String value) {
      int unpaired = Utf8.append((BytesColumn) column(), value);
      if (unpaired >= 0) {
        throw rejections.refuse(
            plan,
            "cannot hold "
                + Rejections.shown(value)
                + ", character "
                + unpaired
                + " is half of a surrogate pair and has no UTF-8 form",
            "repair the string where it was cut or decoded");
      }
    }

    @Override
    void putUtf8(byte[] bytes, int offset, int length) {
      int invalid = Utf8.firstInvalid(bytes, offset, length);
      if (invalid >= 0) {
        throw rejections.refuse(
            plan,
            "was given bytes that are not UTF-8, from byte " + invalid + " of " + length + " on",
            "decode them with their own charset and send a String");
      }
      ((BytesColumn) column()).append(bytes, offset, length);
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof String text) {
        putString(text);
      } else {
        super.putObject(value);
      }
    }
  }

  /** Binary, and geometry and geography as WKB. */
  static final class OfBinary extends ValueWriter {

    OfBinary(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putBinary(byte[] bytes, int offset, int length) {
      ((BytesColumn) column()).append(bytes, offset, length);
    }
  }

  static final class OfFixed extends ValueWriter {

    private final int width;

    OfFixed(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
      this.width = plan.shape().width();
    }

    @Override
    void putBinary(byte[] bytes, int offset, int length) {
      if (length != width) {
        throw rejections.refuse(
            plan,
            "takes exactly " + width + " bytes but was given " + length,
            "pad or cut the value, or make the column binary");
      }
      ((FixedColumn) column()).append(bytes, offset);
    }
  }

  static final class OfUuid extends ValueWriter {

    private final byte[] bytes = new byte[16];

    OfUuid(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
    }

    @Override
    void putUuid(UUID value) {
      putBigEndian(value.getMostSignificantBits(), 0);
      putBigEndian(value.getLeastSignificantBits(), 8);
      ((FixedColumn) column()).append(bytes, 0);
    }

    private void putBigEndian(long bits, int offset) {
      for (int i = 0; i < 8; i++) {
        bytes[offset + i] = (byte) (bits >>> (56 - 8 * i));
      }
    }

    @Override
    void putBinary(byte[] value, int offset, int length) {
      if (length != bytes.length) {
        throw rejections.refuse(
            plan, "takes exactly 16 bytes but was given " + length, "send a UUID or its 16 bytes");
      }
      ((FixedColumn) column()).append(value, offset);
    }
  }
}
