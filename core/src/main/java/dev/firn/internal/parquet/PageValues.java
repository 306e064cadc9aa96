package dev.firn.internal.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * The values of a page, one after the other and many at once. What is asked for must be what the
 * column has: words are values of 32 bits, longs those of 64, whatever the bits mean. Hot.
 *
 * <p>Source: the Parquet format, "Encodings".
 */
abstract class PageValues {

  void words(int[] to, int count) throws IOException {
    throw notOfThisKind();
  }

  void longs(long[] to, int count) throws IOException {
    throw notOfThisKind();
  }

  void booleans(boolean[] to, int count) throws IOException {
    throw notOfThisKind();
  }

  void slices(Slices to, int count) throws IOException {
    throw notOfThisKind();
  }

  private static IOException notOfThisKind() {
    return new IOException("A page has values of another kind than its column");
  }

  /** Values as they are, one behind the other. */
  static final class Plain extends PageValues {

    private final byte[] bytes;
    private final int end;

    /** Bytes of each string; 0 if each says its own length. */
    private final int length;

    private int at;

    Plain(byte[] bytes, int from, int end, int length) {
      this.bytes = bytes;
      this.at = from;
      this.end = end;
      this.length = length;
    }

    @Override
    void words(int[] to, int count) throws IOException {
      int start = take((long) count * Integer.BYTES);
      for (int i = 0; i < count; i++) {
        to[i] = LittleEndian.getInt(bytes, start + i * Integer.BYTES);
      }
    }

    @Override
    void longs(long[] to, int count) throws IOException {
      int start = take((long) count * Long.BYTES);
      for (int i = 0; i < count; i++) {
        to[i] = LittleEndian.getLong(bytes, start + i * Long.BYTES);
      }
    }

    @Override
    void slices(Slices to, int count) throws IOException {
      to.ensure(count);
      to.source = bytes;
      for (int i = 0; i < count; i++) {
        int size = length > 0 ? length : LittleEndian.getInt(bytes, take(Integer.BYTES));
        to.starts[i] = take(size);
        to.lengths[i] = size;
      }
    }

    private int take(long size) throws IOException {
      if (size < 0 || size > end - at) {
        throw new IOException("A page has fewer values than it says");
      }
      int start = at;
      at += (int) size;
      return start;
    }
  }

  /** Numbers of values in the chunk's dictionary. */
  static final class Coded extends PageValues {

    private final RunReader ids;
    private final PageDictionary dictionary;
    private int[] scratch = {};

    Coded(RunReader ids, PageDictionary dictionary) {
      this.ids = ids;
      this.dictionary = dictionary;
    }

    private int[] ids(int count) throws IOException {
      if (scratch.length < count) {
        scratch = new int[count];
      }
      ids.read(scratch, count);
      return scratch;
    }

    @Override
    void words(int[] to, int count) throws IOException {
      int[] of = ids(count);
      int[] values = dictionary.words;
      for (int i = 0; i < count; i++) {
        to[i] = values[of[i]];
      }
    }

    @Override
    void longs(long[] to, int count) throws IOException {
      int[] of = ids(count);
      long[] values = dictionary.longs;
      for (int i = 0; i < count; i++) {
        to[i] = values[of[i]];
      }
    }

    @Override
    void slices(Slices to, int count) throws IOException {
      int[] of = ids(count);
      Slices values = dictionary.slices;
      to.ensure(count);
      to.source = values.source;
      for (int i = 0; i < count; i++) {
        to.starts[i] = values.starts[of[i]];
        to.lengths[i] = values.lengths[of[i]];
      }
    }
  }

  /** Any other encoding, by parquet-java's readers. */
  static final class Other extends PageValues {

    private final ValuesReader reader;
    private final PrimitiveTypeName type;
    private byte[] copied = {};

    Other(ValuesReader reader, PrimitiveTypeName type) {
      this.reader = reader;
      this.type = type;
    }

    /** The reader, at the page's first value. */
    static Other of(
        ValuesReader reader, PrimitiveTypeName type, int count, byte[] bytes, int from, int end)
        throws IOException {
      reader.initFromPage(
          count, ByteBufferInputStream.wrap(ByteBuffer.wrap(bytes, from, end - from)));
      return new Other(reader, type);
    }

    ValuesReader reader() {
      return reader;
    }

    @Override
    void words(int[] to, int count) {
      if (type == PrimitiveTypeName.FLOAT) {
        for (int i = 0; i < count; i++) {
          to[i] = Float.floatToRawIntBits(reader.readFloat());
        }
      } else {
        for (int i = 0; i < count; i++) {
          to[i] = reader.readInteger();
        }
      }
    }

    @Override
    void longs(long[] to, int count) {
      if (type == PrimitiveTypeName.DOUBLE) {
        for (int i = 0; i < count; i++) {
          to[i] = Double.doubleToRawLongBits(reader.readDouble());
        }
      } else {
        for (int i = 0; i < count; i++) {
          to[i] = reader.readLong();
        }
      }
    }

    @Override
    void booleans(boolean[] to, int count) {
      for (int i = 0; i < count; i++) {
        to[i] = reader.readBoolean();
      }
    }

    /** They may lie in different arrays, so they are copied into one. */
    @Override
    void slices(Slices to, int count) {
      to.ensure(count);
      int used = 0;
      for (int i = 0; i < count; i++) {
        Binary value = reader.readBytes();
        ByteBuffer bytes = value.toByteBuffer();
        int length = bytes.remaining();
        if (length > copied.length - used) {
          int needed = Math.addExact(used, length);
          copied = Arrays.copyOf(copied, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * needed));
        }
        bytes.get(copied, used, length);
        to.starts[i] = used;
        to.lengths[i] = length;
        used += length;
      }
      to.source = copied;
    }
  }
}
