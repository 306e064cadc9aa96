package dev.firn.internal.commit;

import dev.firn.api.StagedCommit;
import dev.firn.api.error.FirnException;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A note about a commit that ended badly: what it was, and its batches as their staged bytes.
 *
 * @param commitId the commit
 * @param createdMillis when the note was made
 * @param staged the batches' bytes
 * @param batches the same, decoded
 */
record Intent(
    UUID commitId, long createdMillis, List<StagedCommit> staged, List<StagedFiles> batches) {

  private static final Logger LOG = LoggerFactory.getLogger(Intent.class);

  private static final int FORMAT = 1;

  /** A batch of 100,000 files; a longer note is left alone. */
  private static final int MAX_BYTES = 64 << 20;

  Intent {
    staged = List.copyOf(staged);
    batches = List.copyOf(batches);
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(commitId.getMostSignificantBits());
      out.writeLong(commitId.getLeastSignificantBits());
      out.writeLong(createdMillis);
      out.writeInt(staged.size());
      for (StagedCommit commit : staged) {
        byte[] content = commit.toBytes();
        out.writeInt(content.length);
        out.write(content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The note at {@code location}; null if it cannot be read, so that nothing is deleted for it. */
  static @Nullable Intent read(FileIO io, String location, Map<Integer, PartitionSpec> specs) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(SideFiles.read(io, location, MAX_BYTES)))) {
      if (in.readByte() != FORMAT) {
        return null;
      }
      UUID commitId = new UUID(in.readLong(), in.readLong());
      long created = in.readLong();
      int count = in.readInt();
      List<StagedCommit> staged = new ArrayList<>();
      List<StagedFiles> batches = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
          return null;
        }
        StagedCommit commit = StagedCommit.fromBytes(in.readNBytes(length));
        staged.add(commit);
        batches.add(StagedFilesCodec.decode(commit, specs));
      }
      return batches.isEmpty() ? null : new Intent(commitId, created, staged, batches);
    } catch (IOException | FirnException e) {
      LOG.warn("The intent at {} cannot be read: {}", location, e.getMessage());
      return null;
    }
  }

  /** The files of all batches that are not in {@code referenced}. */
  List<String> locationsExcept(Set<String> referenced) {
    return batches.stream()
        .flatMap(batch -> batch.locations().stream())
        .filter(location -> !referenced.contains(location))
        .toList();
  }
}
