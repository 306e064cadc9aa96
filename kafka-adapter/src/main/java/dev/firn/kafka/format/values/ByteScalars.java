package dev.firn.kafka.format.values;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.apache.iceberg.types.Type;

/** Scalars of boolean, string, uuid, binary, fixed, geometry and geography columns. Hot. */
final class ByteScalars {

  private static final int UUID_LENGTH = 36;
  private static final int UUID_BYTES = 16;

  private ByteScalars() {}

  static final class OfBoolean extends Scalar {

    OfBoolean(String path, Type type) {
      super(path, type);
    }

    @Override
    public void bool(Slot slot, boolean value) {
      slot.setBoolean(value);
    }

    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      String text = length > 5 ? "" : new String(bytes, offset, length, StandardCharsets.UTF_8);
      if (text.equalsIgnoreCase("true")) {
        slot.setBoolean(true);
      } else if (text.equalsIgnoreCase("false")) {
        slot.setBoolean(false);
      } else {
        throw unreadable(bytes, offset, length, "true or false");
      }
    }
  }

  /** Numbers and booleans are kept as they are written. */
  static final class OfString extends Scalar {

    OfString(String path, Type type) {
      super(path, type);
    }

    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      slot.setUtf8(bytes, offset, length);
    }

    /** The column sees to it that no half of a surrogate pair becomes a question mark. */
    @Override
    public void text(Slot slot, String value) {
      slot.setString(value);
    }

    @Override
    public void number(Slot slot, NumberText number) {
      number.setText(slot);
    }

    @Override
    public void bool(Slot slot, boolean value) {
      slot.setString(Boolean.toString(value));
    }

    @Override
    public void whole(Slot slot, long value) {
      slot.setString(Long.toString(value));
    }

    @Override
    public void real(Slot slot, double value, boolean single) {
      slot.setString(single ? Float.toString((float) value) : Double.toString(value));
    }
  }

  static final class OfUuid extends Scalar {

    OfUuid(String path, Type type) {
      super(path, type);
    }

    /** The JDK also takes groups of fewer digits, which are more likely a mistake. */
    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      if (length != UUID_LENGTH) {
        throw noUuid(bytes, offset, length);
      }
      UUID uuid;
      try {
        uuid = UUID.fromString(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
      } catch (IllegalArgumentException e) {
        throw noUuid(bytes, offset, length);
      }
      slot.setUuid(uuid);
    }

    private RuntimeException noUuid(byte[] bytes, int offset, int length) {
      return unreadable(
          bytes, offset, length, "a UUID such as 123e4567-e89b-12d3-a456-426614174000");
    }

    @Override
    public void binary(Slot slot, byte[] bytes, int offset, int length) {
      if (length != UUID_BYTES) {
        throw refuse(length + " bytes");
      }
      slot.setBinary(bytes, offset, length);
    }
  }

  /** Text is Base64, of the standard alphabet or the one for URLs, with or without padding. */
  static final class OfBinary extends Scalar {

    OfBinary(String path, Type type) {
      super(path, type);
    }

    @Override
    public void text(Slot slot, byte[] bytes, int offset, int length) {
      byte[] decoded;
      try {
        byte[] text = Arrays.copyOfRange(bytes, offset, offset + length);
        decoded = (isForUrls(text) ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
      } catch (IllegalArgumentException e) {
        throw unreadable(bytes, offset, length, "Base64");
      }
      slot.setBinary(decoded, 0, decoded.length);
    }

    private static boolean isForUrls(byte[] text) {
      for (byte b : text) {
        if (b == '-' || b == '_') {
          return true;
        }
      }
      return false;
    }

    @Override
    public void binary(Slot slot, byte[] bytes, int offset, int length) {
      slot.setBinary(bytes, offset, length);
    }
  }
}
