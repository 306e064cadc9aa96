package dev.firn.internal.resolve;

import dev.firn.api.error.IndexFullException;
import dev.firn.internal.keys.IndexCheckpoint;
import dev.firn.internal.keys.KeyIndex;
import dev.firn.internal.keys.KeySecret;
import dev.firn.internal.keys.Segments;
import dev.firn.internal.keys.TieredIndex;
import dev.firn.internal.keys.VersionsFile;
import dev.firn.internal.runs.RunDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
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

  /**
   * Whose index it is.
   *
   * @param order the id of the order column; {@link #UNORDERED} if there is none
   */
  record Identity(String tableUuid, String branch, long fingerprint, int order) {}

  static final int UNORDERED = -1;

  /**
   * @param versions the number of the file with the versions of rows and deletes
   */
  private record Header(Identity identity, KeySecret secret, long snapshotId, long versions) {

    byte[] encode() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeUTF(identity.tableUuid());
        out.writeUTF(identity.branch());
        out.writeLong(identity.fingerprint());
        out.writeInt(identity.order());
        out.writeLong(secret.first());
        out.writeLong(secret.second());
        out.writeLong(snapshotId);
        out.writeLong(versions);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.toByteArray();
    }

    static @Nullable Header decode(byte[] bytes) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        Identity identity = new Identity(in.readUTF(), in.readUTF(), in.readLong(), in.readInt());
        KeySecret secret = new KeySecret(in.readLong(), in.readLong());
        return new Header(identity, secret, in.readLong(), in.readLong());
      } catch (IOException e) {
        return null;
      }
    }
  }

  private final RunDirectory directory;
  private final Identity identity;
  private final KeySecret secret;
  private @Nullable IndexCheckpoint kept;
  private @Nullable Header header;

  private KeptIndex(
      RunDirectory directory,
      Identity identity,
      KeySecret secret,
      @Nullable Header header,
      @Nullable IndexCheckpoint kept) {
    this.directory = directory;
    this.identity = identity;
    this.secret = secret;
    this.header = header;
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
      return new KeptIndex(directory, identity, KeySecret.random(), null, null);
    }
    return new KeptIndex(directory, identity, header.secret(), header, found.get());
  }

  RunDirectory directory() {
    return directory;
  }

  /** What keys are hashed with: the same as long as the index is kept. */
  KeySecret secret() {
    return secret;
  }

  /**
   * Fills {@code index} with what was kept, and {@code versions} if there are any; null if there is
   * nothing that can be used.
   */
  @Nullable Segments restoreTo(KeyIndex index, @Nullable KeyVersions versions) {
    IndexCheckpoint from = kept;
    Header of = header;
    kept = null;
    header = null;
    Segments segments = from == null ? null : from.restoreTo(index).orElse(null);
    if (segments == null || of == null || versions == null) {
      return segments;
    }
    try {
      VersionsFile.read(
          directory.path(), of.versions(), segments, versions.rows(), versions.tombstones());
      versions.restored(of.snapshotId());
      return segments;
    } catch (IOException e) {
      LOG.warn(
          "The order values of the index in {} cannot be used, it is built from the table: {}",
          directory.path(),
          e.getMessage());
      index.clear();
      versions.clear();
      return null;
    } catch (IndexFullException e) {
      index.clear();
      versions.clear();
      throw e;
    }
  }

  /** Keeps the index as it is now. Failures are logged only: it can be built from the table. */
  void write(
      TieredIndex index,
      Segments segments,
      @Nullable KeyVersions versions,
      @Nullable Long snapshotId) {
    long number = ThreadLocalRandom.current().nextLong();
    Header written = new Header(identity, secret, snapshotId == null ? -1 : snapshotId, number);
    try {
      if (versions != null) {
        VersionsFile.write(
            directory.path(), number, segments, versions.rows(), versions.tombstones());
      }
      IndexCheckpoint.write(directory, written.encode(), segments, index);
      VersionsFile.keep(directory.path(), number);
    } catch (RuntimeException e) {
      LOG.warn("The index was not kept; the next writer reads the table: {}", e.toString());
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
