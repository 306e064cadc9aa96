package dev.firn.internal.keys;

import dev.firn.api.NullsInKey;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.IntColumn;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.keys.KeyField.Form;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the keys of rows out of their columns. Not thread-safe: one for each thread. Hot.
 *
 * <p>A key that fits in one word or two is its canonical bytes, with zeros behind, mixed one to
 * one; a longer one is the hash of its canonical bytes.
 */
public final class KeyReader {

  /** Returned by {@link #read} when every row has a key. */
  public static final int ALL_THERE = -1;

  private final KeyField[] fields;
  private final KeyClass keyClass;
  private final KeyMixer mixer;
  private final SipHash hash;
  private final Column[] columns;
  private final boolean oneNumber;
  private final boolean nullsRefused;
  private byte[] bytes = new byte[64];

  /** Whoever shares an index shares its secret. */
  public KeyReader(KeyDefinition definition, KeySecret secret) {
    this.fields = definition.fields().toArray(KeyField[]::new);
    this.keyClass = definition.keyClass();
    this.mixer = new KeyMixer(secret);
    this.hash = new SipHash(secret);
    this.columns = new Column[fields.length];
    this.oneNumber = fields.length == 1 && fields[0].form() == Form.WORD && !fields[0].marked();
    this.nullsRefused = definition.nulls() == NullsInKey.REJECT;
  }

  /**
   * Reads the keys of the rows {@code from..to} (exclusive) into {@code keys}, the first one at 0.
   *
   * @return {@link #ALL_THERE}, or the first row that has a null in its key where null is refused;
   *     then {@code keys} is empty
   */
  public int read(RowBatch rows, int from, int to, KeyBatch keys) {
    List<Column> all = rows.columns();
    for (int f = 0; f < fields.length; f++) {
      columns[f] = all.get(fields[f].position());
    }
    return read(from, to, keys);
  }

  /**
   * As {@link #read}, from the columns of the key and no others, in the order of the key: as they
   * are read back from files.
   */
  public int readKeyColumns(List<Column> keyColumns, int from, int to, KeyBatch keys) {
    if (keyColumns.size() != fields.length) {
      throw new IllegalArgumentException(
          "the key has " + fields.length + " columns, but there are " + keyColumns.size());
    }
    for (int f = 0; f < fields.length; f++) {
      columns[f] = keyColumns.get(f);
    }
    return read(from, to, keys);
  }

  private int read(int from, int to, KeyBatch keys) {
    int without = nullsRefused ? firstNull(from, to) : ALL_THERE;
    keys.begin(without == ALL_THERE ? to - from : 0, keyClass.words());
    if (without == ALL_THERE) {
      if (oneNumber) {
        readNumbers(columns[0], from, to, keys.first());
      } else {
        readBytes(from, to, keys);
      }
    }
    keys.sort();
    Arrays.fill(columns, null);
    return without;
  }

  private int firstNull(int from, int to) {
    int first = to;
    for (Column column : columns) {
      if (column.nullCount() > 0) {
        for (int row = from; row < first; row++) {
          if (column.isNull(row)) {
            first = row;
          }
        }
      }
    }
    return first == to ? ALL_THERE : first;
  }

  /** The key that most tables have. */
  private void readNumbers(Column column, int from, int to, long[] words) {
    if (column instanceof LongColumn longs) {
      long[] values = longs.values();
      for (int row = from; row < to; row++) {
        words[row - from] = mixer.one(values[row]);
      }
    } else {
      int[] values = ((IntColumn) column).values();
      for (int row = from; row < to; row++) {
        words[row - from] = mixer.one(values[row]);
      }
    }
  }

  private void readBytes(int from, int to, KeyBatch keys) {
    long[] first = keys.first();
    long[] second = keys.second();
    for (int row = from; row < to; row++) {
      int length = write(row);
      int i = row - from;
      switch (keyClass) {
        case K64 -> first[i] = mixer.one(BigEndian.getLong(bytes, 0));
        case K128 -> {
          second[i] = mixer.second(BigEndian.getLong(bytes, Long.BYTES));
          first[i] = mixer.first(BigEndian.getLong(bytes, 0), second[i]);
        }
        case KH -> {
          hash.hash(bytes, length);
          first[i] = hash.first();
          second[i] = hash.second();
        }
      }
    }
  }

  /** Writes the canonical bytes of a row's key, and zeros behind where words are made of them. */
  private int write(int row) {
    int most = 2 * Long.BYTES;
    for (int f = 0; f < fields.length; f++) {
      most += fields[f].maxBytes(columns[f], row);
    }
    if (bytes.length < most) {
      bytes = new byte[Math.max(most, bytes.length * 2)];
    }
    BigEndian.putLong(bytes, 0, 0);
    BigEndian.putLong(bytes, Long.BYTES, 0);
    int at = 0;
    for (int f = 0; f < fields.length; f++) {
      at = fields[f].write(columns[f], row, bytes, at);
    }
    return at;
  }
}
