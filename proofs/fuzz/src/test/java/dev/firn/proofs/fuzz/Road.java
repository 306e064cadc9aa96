package dev.firn.proofs.fuzz;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.testkit.GenericsReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Attempts through a writer and a committer into a table, and back by a reader that is not Firn.
 */
final class Road {

  private Road() {}

  /**
   * What one run may allocate: a table, a file, two commits, and values of 10 kB each where the
   * input asks for them.
   */
  static long allowedBytes(byte[] input) {
    return (128L << 20) + (1L << 14) * input.length;
  }

  /** The attempts go in by {@code writer}, which is closed; what was taken must be read back. */
  static void travel(
      Table table,
      WriterOptions options,
      CommitToken token,
      StagingTableWriter<Attempt> writer,
      Iterable<Attempt> attempts) {
    List<Attempt> taken;
    StagedCommit staged;
    try (writer) {
      taken = append(writer, attempts);
      staged = writer.stage(CommitToken.none(), token);
    }
    commit(table, options, staged, token);
    compare(table, options.branch(), taken);
  }

  /** Those of the attempts that were taken; a good one that was not is a finding. */
  static List<Attempt> append(StagingTableWriter<Attempt> writer, Iterable<Attempt> attempts) {
    List<Attempt> taken = new ArrayList<>();
    for (Attempt attempt : attempts) {
      try {
        writer.append(attempt);
        taken.add(attempt);
      } catch (RecordRejectedException e) {
        if (attempt.isGood()) {
          throw new Finding("a good record was refused", e);
        }
      }
    }
    return taken;
  }

  static StagingTableWriter<Attempt> open(Table table, WriterOptions options) {
    Attempt.Mappers mappers = new Attempt.Mappers(Firn.recordMapper(), Firn.mapMapper());
    return Firn.openStagingWriter(table, new Attempt.Mapper(mappers), options);
  }

  /** Commits, and opens the stream once more to hear where it is. */
  static void commit(Table table, WriterOptions options, StagedCommit staged, CommitToken token) {
    try (TableCommitter committer = CommitterAccess.open(table, options, wait -> {})) {
      CommitResult.Outcome outcome =
          committer.commit(StagedCommit.fromBytes(staged.toBytes())).outcome();
      if (outcome != CommitResult.Outcome.COMMITTED) {
        throw new Finding("the commit ended as " + outcome);
      }
    }
    try (TableCommitter committer = CommitterAccess.open(table, options, wait -> {})) {
      if (!committer.committed().equals(token)) {
        throw new Finding("the stream is at " + committer.committed() + ", not at " + token);
      }
    }
  }

  /** Reads the branch back and compares it, row by row in the order of their numbers. */
  static void compare(Table table, String branch, List<Attempt> taken) {
    List<List<@Nullable Object>> rows = new ArrayList<>(GenericsReader.rows(table, branch));
    if (rows.size() != taken.size()) {
      throw new Finding(taken.size() + " rows were taken, but " + rows.size() + " are there");
    }
    // Partitions bring rows out of order; the first column counts them.
    rows.sort((a, b) -> Long.compare((Long) number(a), (Long) number(b)));
    Types.StructType struct = table.schema().asStruct();
    for (int i = 0; i < rows.size(); i++) {
      List<@Nullable Object> expected = taken.get(i).expected(struct);
      if (expected != null && !expected.equals(rows.get(i))) {
        throw new Finding("row " + i + " reads back as " + rows.get(i) + ", not as " + expected);
      }
    }
  }

  private static Object number(List<@Nullable Object> row) {
    Object number = row.get(0);
    if (number == null) {
      throw new Finding("a row without a number");
    }
    return number;
  }
}
