package dev.firn.kafka.format.json;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.firn.kafka.format.values.Scalar;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A name of the objects, and which one came after it. Hot. */
final class JsonField {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  final SerializedString serialized;
  final int position;

  /** Null if there is no column of this name. */
  final @Nullable JsonColumn column;

  private final @Nullable Scalar scalar;

  /** The length of the name with its quotes and the colon. */
  final int length;

  private final byte[] written;

  /** The same, eight to a long, the last one filled up with zeros. */
  private final long[] eights;

  /** Of the last eight, those that count. */
  private final long lastMask;

  private @Nullable JsonField next;

  JsonField(String name, int position, @Nullable JsonColumn column) {
    this.serialized = new SerializedString(name);
    this.position = position;
    this.column = column;
    this.scalar = column == null ? null : column.scalar();
    this.written = ('"' + name + "\":").getBytes(StandardCharsets.UTF_8);
    this.length = written.length;
    byte[] padded = Arrays.copyOf(written, (length + 7) & -Long.BYTES);
    this.eights = new long[padded.length / Long.BYTES];
    for (int i = 0; i < eights.length; i++) {
      eights[i] = (long) LONGS.get(padded, i * Long.BYTES);
    }
    this.lastMask = -1L >>> Byte.SIZE * (padded.length - length);
  }

  /** What came after it the last time; null if nothing has. */
  @Nullable JsonField next() {
    return next;
  }

  /** {@code field} came after it; what was thought to come comes after that, if nothing does. */
  void sawNext(JsonField field) {
    if (field.next == null && next != field) {
      field.next = next;
    }
    next = field;
  }

  /** How its values are taken; null if it has no column, or one of a nested type. */
  @Nullable Scalar scalar() {
    return scalar;
  }

  /** Whether its name, quotes and colon are what {@code bytes} have from {@code start} on. */
  boolean isAt(byte[] bytes, int start) {
    int last = eights.length - 1;
    int at = start;
    if (at + Long.BYTES * eights.length > bytes.length) {
      return at + length <= bytes.length
          && Arrays.equals(bytes, at, at + length, written, 0, length);
    }
    for (int i = 0; i < last; i++) {
      if ((long) LONGS.get(bytes, at) != eights[i]) {
        return false;
      }
      at += Long.BYTES;
    }
    return (((long) LONGS.get(bytes, at) ^ eights[last]) & lastMask) == 0;
  }
}
