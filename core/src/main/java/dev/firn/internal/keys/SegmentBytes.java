package dev.firn.internal.keys;

import dev.firn.internal.buffer.DeletedRows;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of {@link Segments}: how many there were, and those of them that live and are files, in
 * order. When they are read all others are dead, under their own numbers.
 */
final class SegmentBytes {

  private static final byte[] NO_BYTES = {};

  private SegmentBytes() {}

  static void write(Segments segments, DataOutputStream out) throws IOException {
    out.writeInt(segments.size());
    for (int segment = 0; segment < segments.size(); segment++) {
      String path = segments.path(segment);
      if (path != null && segments.lives(segment)) {
        out.writeInt(segment);
        CheckpointManifest.write(path.getBytes(StandardCharsets.UTF_8), out);
        out.writeLong(segments.rows(segment));
        DeletedRows deleted = segments.deletedRows(segment);
        CheckpointManifest.write(deleted == null ? NO_BYTES : deleted.toPortableBytes(), out);
      }
    }
    out.writeInt(segments.size());
  }

  static Segments read(CheckedBytes in) throws IOException {
    Segments segments = new Segments();
    int size = in.getCount(RowLocation.MAX_SEGMENT + 1);
    for (int live = in.getCount(size); live < size; live = in.getCount(size)) {
      retireTo(live, segments);
      if (segments.size() != live) {
        throw CheckedBytes.damaged();
      }
      String path = new String(in.getBytes(), StandardCharsets.UTF_8);
      segments.add(path, in.getLong());
      byte[] deleted = in.getBytes();
      if (deleted.length > 0) {
        segments.deletedRows(live, DeletedRows.ofPortableBytes(ByteBuffer.wrap(deleted)));
      }
    }
    retireTo(size, segments);
    return segments;
  }

  /** Segments that live no more, up to the one with this number. */
  private static void retireTo(int end, Segments segments) {
    while (segments.size() < end) {
      segments.retire(segments.begin());
    }
  }
}
