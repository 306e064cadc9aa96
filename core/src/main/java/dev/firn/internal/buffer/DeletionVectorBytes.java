package dev.firn.internal.buffer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Deleted rows as the bytes of a deletion vector.
 *
 * <pre>
 * length of magic and rows, 4 bytes | magic, 4 bytes | rows | CRC-32 of magic and rows, 4 bytes
 * </pre>
 *
 * The numbers around the rows are big-endian, the rows themselves are not: {@link
 * DeletedRows#toPortableBytes}.
 *
 * <p>Source: the Puffin format, "deletion-vector-v1 blob type".
 */
public final class DeletionVectorBytes {

  private static final int MAGIC = 0xD1D3_3964;
  private static final int AROUND_BYTES = 3 * Integer.BYTES;

  private DeletionVectorBytes() {}

  /** The vector of {@code rows}. */
  public static byte[] of(DeletedRows rows) {
    byte[] set = rows.toPortableBytes();
    int length = Integer.BYTES + set.length;
    ByteBuffer out = ByteBuffer.allocate(AROUND_BYTES + set.length);
    out.putInt(length).putInt(MAGIC).put(set);
    return out.putInt(checksum(out.array(), length)).array();
  }

  /**
   * The rows of the vector that {@code bytes} are, all of them.
   *
   * @throws IOException if they are no vector, or a damaged one
   */
  public static DeletedRows read(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int length = bytes.length - 2 * Integer.BYTES;
    if (length < Integer.BYTES || in.getInt() != length) {
      throw new IOException(
          "a deletion vector says its length first, but these " + bytes.length + " bytes do not");
    }
    if (in.getInt() != MAGIC) {
      throw new IOException("a deletion vector's magic is missing");
    }
    if (in.getInt(bytes.length - Integer.BYTES) != checksum(bytes, length)) {
      throw new IOException("the checksum of a deletion vector does not match");
    }
    return DeletedRows.ofPortableBytes(in.slice().limit(bytes.length - AROUND_BYTES));
  }

  private static int checksum(byte[] vector, int length) {
    CRC32 crc = new CRC32();
    crc.update(vector, Integer.BYTES, length);
    return (int) crc.getValue();
  }
}
