package dev.firn.proofs.fuzz;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StagedCommit;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.stage.RowDeletes;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Bytes as a staged commit. The first byte says how: as they are, or as a body that gets a header
 * with the right checksum, as by somebody who means harm, of one version or another; and whether
 * what could be read is also committed. What was committed must leave a table that can be planned,
 * what was refused must leave it as it was.
 */
final class StagedBytes implements Target {

  private static final int WITH_HEADER = 1;
  private static final int COMMITTED = 2;
  private static final int BY_KEY = 4;
  private static final int WITH_DELETES = 8;
  private static final int HEADER_BYTES = 9;
  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");

  private final Map<Integer, PartitionSpec> specs = StagedSeeds.SPECS;

  @Override
  public String name() {
    return "staged";
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (StagedFiles files : StagedSeeds.all()) {
      byte[] bytes = StagedFilesCodec.encode(files, specs).toBytes();
      byte[] body = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
      int withHeader =
          WITH_HEADER
              | (files.replacesByKey() ? BY_KEY : 0)
              | (files.deletes().isNone() ? 0 : WITH_DELETES);
      seeds.add(prefixed(0, bytes));
      seeds.add(prefixed(withHeader, body));
      seeds.add(prefixed(withHeader | COMMITTED, body));
    }
    return seeds;
  }

  static byte[] prefixed(int mode, byte[] bytes) {
    byte[] result = new byte[1 + bytes.length];
    result[0] = (byte) mode;
    System.arraycopy(bytes, 0, result, 1, bytes.length);
    return result;
  }

  /** Decoding costs what the bytes can hold; a commit writes metadata and manifests besides. */
  @Override
  public long allowedBytes(byte[] input) {
    boolean committed = input.length > 0 && (input[0] & COMMITTED) != 0;
    return (committed ? 32L << 20 : 256L << 10) + 256L * input.length;
  }

  @Override
  public void run(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    StagedFiles files;
    try {
      byte[] bytes = (input[0] & WITH_HEADER) != 0 ? withHeader(input[0], rest) : rest;
      files = StagedFilesCodec.decode(StagedCommit.fromBytes(bytes), specs);
    } catch (FirnException e) {
      return;
    }
    StagedCommit again = StagedFilesCodec.encode(files, specs);
    if (!StagedFilesCodec.encode(StagedFilesCodec.decode(again, specs), specs).equals(again)) {
      throw new Finding("what was read is not what is read again");
    }
    if ((input[0] & COMMITTED) != 0) {
      commit(files);
    }
  }

  private static byte[] withHeader(int mode, byte[] body) {
    int version = (mode & WITH_DELETES) != 0 ? 3 : (mode & BY_KEY) != 0 ? 2 : 1;
    CRC32C crc = new CRC32C();
    crc.update(body);
    return ByteBuffer.allocate(HEADER_BYTES + body.length)
        .put(new byte[] {'F', 'I', 'R', 'N', (byte) version})
        .putInt((int) crc.getValue())
        .put(body)
        .array();
  }

  private void commit(StagedFiles files) {
    MemoryCatalog catalog = new MemoryCatalog();
    Table table = catalog.createTable(NAME, StagedSeeds.SCHEMA, StagedSeeds.SPEC);
    UUID uuid = table.uuid();
    WriterOptions options = WriterOptions.builder("s").build();
    CommitToken token = CommitToken.none();
    long expected = 0;
    try (TableCommitter committer = CommitterAccess.open(table, options, wait -> {})) {
      StagedFiles here =
          new StagedFiles(
              files.stageId(),
              uuid.toString(),
              "s",
              "main",
              token,
              files.to(),
              files.keyFingerprint(),
              files.dataFiles(),
              files.deletes());
      committer.commit(StagedFilesCodec.encode(here, table.specs()));
      expected =
          files.dataFiles().size()
              - files.deletes().superseded().stream().filter(RowDeletes::isWholeFile).count();
      token = files.to();
    } catch (FirnException e) {
      // Refused; the table shows it.
    }
    if (expected != files(table)) {
      throw new Finding("the table has " + files(table) + " files, not " + expected);
    }
    try (TableCommitter committer = CommitterAccess.open(table, options, wait -> {})) {
      Map<String, Position> committed = committer.committed().positions();
      if (!committed.equals(token.positions())) {
        throw new Finding("the table's token is " + committed + ", not " + token);
      }
    }
  }

  private static long files(Table table) {
    table.refresh();
    long files = 0;
    try (CloseableIterable<FileScanTask> tasks = table.newScan().includeColumnStats().planFiles()) {
      for (FileScanTask task : tasks) {
        DataFile file = task.file();
        files += file.location().isEmpty() ? 0 : 1;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
