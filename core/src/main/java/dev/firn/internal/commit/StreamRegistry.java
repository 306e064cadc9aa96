package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;

/**
 * The table property that says "this stream has written here": it tells a stream that begins from
 * one whose token was lost. Written with epoch bumps and heartbeats, not with each commit, and
 * never the truth: properties do not roll back with the data.
 *
 * @param createdMillis when the stream was first seen
 * @param tableUuid the table it was written for; a copied property is of another table
 * @param rootSnapshotId the oldest snapshot of the history that the stream began in; {@link
 *     #UNKNOWN} if that was not known any more
 * @param snapshotId the snapshot that the mirror is of
 * @param mirror the stream's token as of that snapshot; without positions if they are too long
 * @param complete whether the mirror holds the positions
 */
record StreamRegistry(
    long createdMillis,
    String tableUuid,
    long rootSnapshotId,
    long snapshotId,
    StreamToken mirror,
    boolean complete) {

  static final long UNKNOWN = -1;

  /** Below the 4,000 characters that Hive metastores give a parameter. */
  private static final int MAX_CHARS = 3_500;

  private static final char FORMAT = '1';

  /**
   * The property's name: {@code firn.stream.<id>} on main; the branch stands in front elsewhere.
   */
  static String key(String stream, String branch) {
    if (branch.equals("main")) {
      return "firn.stream." + stream;
    }
    String safe = URLEncoder.encode(branch, StandardCharsets.UTF_8).replace(".", "%2E");
    return "firn.branch." + safe + ".stream." + stream;
  }

  /** Whether any stream has ever written the branch. */
  static boolean anyOn(TableMetadata metadata, String branch) {
    String prefix = key("", branch);
    return metadata.properties().keySet().stream().anyMatch(key -> key.startsWith(prefix));
  }

  /** The entry of this stream and branch; empty if there is none, or one of another table. */
  static Optional<StreamRegistry> read(TableMetadata metadata, String stream, String branch) {
    String text = metadata.properties().get(key(stream, branch));
    if (text == null) {
      return Optional.empty();
    }
    StreamRegistry entry = decode(text);
    return entry.tableUuid.equals(metadata.uuid()) ? Optional.of(entry) : Optional.empty();
  }

  String encode() {
    String text = encode(mirror, complete);
    return text.length() <= MAX_CHARS
        ? text
        : encode(mirror.withPositions(CommitToken.none()).withoutGenerations(), false);
  }

  private String encode(StreamToken token, boolean whole) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(createdMillis);
      out.writeUTF(tableUuid);
      out.writeLong(rootSnapshotId);
      out.writeLong(snapshotId);
      out.writeBoolean(whole);
      TokenMap.write(out, token);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return FORMAT + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  private static StreamRegistry decode(String text) {
    if (text.isEmpty() || text.charAt(0) != FORMAT) {
      throw TokenMap.unreadable("unknown format of the stream's property", null);
    }
    try (DataInputStream in =
        new DataInputStream(
            new ByteArrayInputStream(Base64.getUrlDecoder().decode(text.substring(1))))) {
      long created = in.readLong();
      String uuid = in.readUTF();
      long root = in.readLong();
      long snapshot = in.readLong();
      boolean whole = in.readBoolean();
      return new StreamRegistry(created, uuid, root, snapshot, TokenMap.read(in), whole);
    } catch (IllegalArgumentException | IOException e) {
      throw TokenMap.unreadable("the stream's property is damaged", e);
    }
  }
}
