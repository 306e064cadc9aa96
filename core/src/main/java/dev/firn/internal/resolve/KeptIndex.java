package dev.firn.internal.resolve;

import dev.firn.internal.keys.IndexCheckpoint;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Segments;
import dev.firn.internal.keys.TieredIndex;
import dev.firn.internal.runs.RunDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local directory where an index spills to, and where its state is kept from one writer to the
 * next. What is kept is good for the same table, branch and key, whatever has happened to the table
 * since: it is the state of some snapshot, which need not even be in the table's history any more.
 */
final class KeptIndex implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KeptIndex.class);

  /** Whose index it is. */
  record Identity(String tableUuid, String branch, long fingerprint) {}

  private record Header(Identity identity, KeySecret secret, long snapshotId) {

    byte[] encode() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeUTF(identity.tableUuid());
        out.writeUTF(identity.branch());
        out.writeLong(identity.fingerprint());
        out.writeLong(secret.first());
        out.writeLong(secret.second());
        out.writeLong(snapshotId);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    static @Nullable Header decode(byte[] bytes) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        Identity identity = new Identity(in.readUTF(), in.readUTF(), in.readLong());
        return new Header(identity, new KeySecret(in.readLong(), in.readLong()), in.readLong());
      } catch (IOException e) {
        return null;
      }
    }
  }

  private final RunDirectory directory;
  private final Identity identity;
  private final KeySecret secret;
  private @Nullable IndexCheckpoint kept;

  private KeptIndex(
      RunDirectory directory, Identity identity, KeySecret secret, @Nullable IndexCheckpoint kept) {
    this.directory = directory;
    this.identity = identity;
    this.secret = secret;
    this.kept = kept;
  }

  /**
   * Takes the directory.
   *
   * @throws dev.firn.api.error.StorageException if it cannot be had, or another writer has it
   */
  static KeptIndex open(Path path, Identity identity) {
    RunDirectory directory = RunDirectory.open(path);
    Optional<IndexCheckpoint> found = IndexCheckpoint.read(directory);
    Header header = found.map(each -> Header.decode(each.header())).orElse(null);
    if (header == null || !header.identity().equals(identity)) {
      if (header != null) {
        LOG.warn(
            "The index in {} is of {}, not of {}; it is built anew",
            path,
            header.identity(),
            identity);
      }
      return new KeptIndex(directory, identity, KeySecret.random(), null);
    }
    return new KeptIndex(directory, identity, header.secret(), found.get());
  }

  RunDirectory directory() {
    return directory;
  }

  /** What keys are hashed with: the same as long as the index is kept. */
  KeySecret secret() {
    return secret;
  }

  /** Fills {@code index} with what was kept; null if there is nothing that can be used. */
  @Nullable Segments restoreTo(KeyIndex index) {
    IndexCheckpoint from = kept;
    kept = null;
    return from == null ? null : from.restoreTo(index).orElse(null);
  }

  /** Keeps the index as it is now. Failures are logged only: it can be built from the table. */
  void write(TieredIndex index, Segments segments, @Nullable Long snapshotId) {
    Header header = new Header(identity, secret, snapshotId == null ? -1 : snapshotId);
    try {
      IndexCheckpoint.write(directory, header.encode(), segments, index);
    } catch (RuntimeException e) {
      LOG.warn("The index was not kept; the next writer reads the table: {}", e.toString());
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
