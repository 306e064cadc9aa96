package dev.firn.internal.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;

/** A piece of an array: a page, or a part of one. */
final class PageBytes {

  final byte[] array;
  final int start;
  final int end;

  private PageBytes(byte[] array, int start, int end) {
    this.array = array;
    this.start = start;
    this.end = end;
  }

  /** Those of {@link ColumnPages}, which has them in arrays; they are not copied. */
  static PageBytes of(BytesInput bytes) throws IOException {
    ByteBufferInputStream in = bytes.toInputStream();
    ByteBuffer all = in.slice(in.available());
    int start = all.arrayOffset() + all.position();
    return new PageBytes(all.array(), start, start + all.remaining());
  }
}
