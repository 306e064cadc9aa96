package dev.firn.internal.convert;

import dev.firn.internal.buffer.RowBatch;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the distinct values of one partition field 0, 1, 2, ... in order of first appearance,
 * null among them. Hot.
 */
final class FieldCodes {

  private static final int NONE = -1;

  private final KeyColumn key;
  private LongCodes longs = new LongCodes();
  private BytesCodes strings = new BytesCodes();

  /**
   * The code of null, once there was one; the codes from there on are one higher than the key's.
   */
  private int nullCode = NONE;

  FieldCodes(Schema schema, PartitionField field) {
    this.key = new KeyColumn(schema, field.sourceId(), field.transform(), field.name());
  }

  /** The codes of all rows of {@code batch}. */
  void read(RowBatch batch, int[] codes) {
    key.read(batch);
    if (key.isInBytes()) {
      readBytes(batch.rows(), codes);
    } else {
      readLongs(batch.rows(), codes);
    }
  }

  private void readLongs(int rows, int[] codes) {
    long[] keys = key.longs();
    boolean nulls = key.hasNulls();
    long last = 0;
    int lastCode = NONE; // runs of one value are the rule in streams
    for (int i = 0; i < rows; i++) {
      if (nulls && key.isNull(i)) {
        codes[i] = nullCode(longs.size());
      } else {
        if (lastCode == NONE || keys[i] != last) {
          last = keys[i];
          lastCode = shifted(longs.code(last));
        }
        codes[i] = lastCode;
      }
    }
  }

  private void readBytes(int rows, int[] codes) {
    byte[] bytes = key.bytes();
    boolean nulls = key.hasNulls();
    int last = NONE;
    for (int i = 0; i < rows; i++) {
      if (nulls && key.isNull(i)) {
        codes[i] = nullCode(strings.size());
      } else {
        int start = key.start(i);
        int end = key.end(i);
        if (last == NONE || !strings.equals(last, bytes, start, end)) {
          last = strings.code(bytes, start, end);
        }
        codes[i] = shifted(last);
      }
    }
  }

  private int nullCode(int next) {
    if (nullCode == NONE) {
      nullCode = next;
    }
    return nullCode;
  }

  private int shifted(int code) {
    return nullCode == NONE || code < nullCode ? code : code + 1;
  }

  /** The value of a code, in Iceberg's internal form. */
  @Nullable Object value(int code) {
    if (code == nullCode) {
      return null;
    }
    int unshifted = nullCode == NONE || code < nullCode ? code : code - 1;
    return key.isInBytes()
        ? key.value(strings.bytes(), strings.start(unshifted), strings.end(unshifted))
        : key.value(longs.key(unshifted));
  }

  void reset() {
    longs = new LongCodes();
    strings = new BytesCodes();
    nullCode = NONE;
  }

  long heapBytes() {
    return longs.heapBytes() + strings.heapBytes();
  }
}
