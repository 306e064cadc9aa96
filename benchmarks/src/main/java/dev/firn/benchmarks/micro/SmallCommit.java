package dev.firn.benchmarks.micro;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microseconds to make one staged file of one row a snapshot, in memory. Every iteration has a new
 * table, because snapshots add up.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, batchSize = 100)
@Measurement(iterations = 10, batchSize = 100)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up first
public class SmallCommit {

  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
  private static final WriterOptions OPTIONS = WriterOptions.builder("bench").build();

  private InMemoryCatalog catalog;
  private StagingTableWriter<Long> stager;
  private TableCommitter committer;
  private StagedCommit[] staged;
  private int next;

  /** A new table, and 100 staged commits in a row. */
  @Setup(Level.Iteration)
  public void open() {
    catalog = new InMemoryCatalog();
    catalog.initialize("bench", Map.of());
    Table table = Firn.createTableIfAbsent(catalog, TableIdentifier.of("bench", "rows"), SCHEMA);
    stager = Firn.openStagingWriter(table, (id, row) -> row.setLong(0, id), OPTIONS);
    committer = Firn.openCommitter(table, OPTIONS);
    staged = new StagedCommit[100];
    next = 0;
    for (int i = 0; i < staged.length; i++) {
      stager.append((long) i);
      staged[i] =
          stager.stage(i == 0 ? CommitToken.none() : CommitToken.of(i), CommitToken.of(i + 1));
    }
  }

  @TearDown(Level.Iteration)
  public void close() throws IOException {
    stager.close();
    catalog.close();
  }

  /** One of the hundred; divide by 100. */
  @Benchmark
  public CommitResult commit() {
    return committer.commit(List.of(staged[next++]));
  }
}
