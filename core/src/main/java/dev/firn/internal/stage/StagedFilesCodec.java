package dev.firn.internal.stage;

import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.UnsupportedTableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.jspecify.annotations.Nullable;

/**
 * Staged files as versioned bytes and back.
 *
 * <pre>
 * "FIRN" | version, 1 byte | CRC32C of the body, 4 bytes | body
 * body: stage id | table uuid | stream | branch | from | to | key fingerprint, 8 bytes, in version 2
 *     only | count of files | files | deletes, in version 3 only
 * deletes: {@link StagedDeletesBytes}
 * </pre>
 *
 * <p>Version 2 is for rows that replace others by key, version 3 for rows with the deletes that go
 * with them; who does not know these must not commit them. Rows that are only appended are version
 * 1.
 *
 * <p>Decoding never allocates more than the bytes can hold, whatever they say. No Java
 * serialization.
 */
public final class StagedFilesCodec {

  private static final byte[] MAGIC = "FIRN".getBytes(StandardCharsets.US_ASCII);
  private static final byte APPENDED = 1;
  private static final byte BY_KEY = 2;
  private static final byte WITH_DELETES = 3;
  private static final int HEADER_BYTES = MAGIC.length + 1 + Integer.BYTES;

  private StagedFilesCodec() {}

  /** The bytes of {@code staged}; {@code specs} must hold the spec of each file. */
  public static StagedCommit encode(StagedFiles staged, Map<Integer, PartitionSpec> specs) {
    byte version = version(staged);
    ByteSink body = new ByteSink(256 + 256 * staged.dataFiles().size());
    body.putLong(staged.stageId().getMostSignificantBits());
    body.putLong(staged.stageId().getLeastSignificantBits());
    body.putString(staged.tableUuid());
    body.putString(staged.streamId());
    body.putString(staged.branch());
    body.putBytes(staged.from().toBytes());
    body.putBytes(staged.to().toBytes());
    if (version == BY_KEY) {
      body.putLong(staged.keyFingerprint());
    }
    body.putVarint(staged.dataFiles().size());
    for (DataFile file : staged.dataFiles()) {
      DataFileBytes.write(body, file, spec(specs, file.specId()));
    }
    if (version == WITH_DELETES) {
      StagedDeletesBytes.write(body, staged, specId -> spec(specs, specId));
    }
    byte[] bytes = body.toByteArray();
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + bytes.length);
    out.put(MAGIC).put(version);
    out.putInt(checksum(bytes, 0, bytes.length)).put(bytes);
    return StagedCommit.fromBytes(out.array());
  }

  private static byte version(StagedFiles staged) {
    if (staged.deletes().isNone()) {
      return staged.replacesByKey() ? BY_KEY : APPENDED;
    }
    if (staged.replacesByKey()) {
      throw new IllegalArgumentException("rows are looked for by a committer, or not at all");
    }
    return WITH_DELETES;
  }

  /** What each of {@code staged} says, in their order. */
  public static List<StagedFiles> decode(
      List<StagedCommit> staged, Map<Integer, PartitionSpec> specs) {
    List<StagedFiles> files = new ArrayList<>(staged.size());
    for (StagedCommit commit : staged) {
      files.add(decode(commit, specs));
    }
    return files;
  }

  /**
   * What {@code staged} says.
   *
   * @throws InvalidTokenException if the bytes are damaged, or of a version that is not known
   * @throws UnsupportedTableException if a file's partition spec is not among {@code specs}
   */
  public static StagedFiles decode(StagedCommit staged, Map<Integer, PartitionSpec> specs) {
    byte[] bytes = staged.toBytes();
    if (bytes.length < HEADER_BYTES) {
      throw damaged(bytes.length, "they end within the header", null);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).position(MAGIC.length);
    byte version = header.get();
    if (version < APPENDED || version > WITH_DELETES) {
      throw damaged(bytes.length, "they are of version " + version, null);
    }
    if (header.getInt() != checksum(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)) {
      throw damaged(bytes.length, "the checksum does not match", null);
    }
    try {
      return decodeBody(version, new ByteSource(bytes, HEADER_BYTES), specs);
    } catch (InvalidTokenException | UnsupportedTableException e) {
      throw e;
    } catch (RuntimeException e) {
      // Iceberg's conversions and builders refuse nonsense in their own ways.
      throw damaged(bytes.length, String.valueOf(e.getMessage()), e);
    }
  }

  private static StagedFiles decodeBody(
      byte version, ByteSource in, Map<Integer, PartitionSpec> specs) {
    UUID stageId = new UUID(in.getLong(), in.getLong());
    String tableUuid = in.getString();
    String streamId = in.getString();
    String branch = in.getString();
    CommitToken from = CommitToken.fromBytes(in.getBytes());
    CommitToken to = CommitToken.fromBytes(in.getBytes());
    long keyFingerprint = version == BY_KEY ? in.getLong() : 0;
    int count = in.getCount(DataFileBytes.MIN_BYTES);
    List<DataFile> files = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      files.add(DataFileBytes.read(in, specId -> spec(specs, specId)));
    }
    StagedDeletes deletes =
        version == WITH_DELETES
            ? StagedDeletesBytes.read(in, files, specId -> spec(specs, specId))
            : StagedDeletes.NONE;
    in.expectEnd();
    return new StagedFiles(
        stageId, tableUuid, streamId, branch, from, to, keyFingerprint, files, deletes);
  }

  private static PartitionSpec spec(Map<Integer, PartitionSpec> specs, int specId) {
    PartitionSpec spec = specs.get(specId);
    if (spec == null) {
      throw new UnsupportedTableException(
          "A staged file is of partition spec "
              + specId
              + ", but the table has the specs "
              + specs.keySet()
              + ". Commit it to the table it was written for.",
          "partition spec " + specId,
          null);
    }
    return spec;
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static InvalidTokenException damaged(int length, String why, @Nullable Throwable cause) {
    return new InvalidTokenException(
        "These "
            + length
            + " bytes are not a staged commit that this version reads: "
            + why
            + ". Pass the bytes of StagedCommit.toBytes() unchanged.",
        cause);
  }
}
