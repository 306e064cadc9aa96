package dev.firn.proofs.engines.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.proofs.engines.FirnProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark as a foreign writer of a table that Firn writes: it appends, deletes, compacts and expires
 * between Firn's commits and while they are made. Firn's process is killed now and then. In the end
 * each row is there that ought to be, once.
 */
@Tag("integration")
class SparkWritesTest {

  private static final int STEP = 200;

  /** Rows of Spark's have ids from here. */
  private static final long FOREIGN = 1_000_000;

  @TempDir Path directory;

  private final TreeSet<Long> expected = new TreeSet<>();
  private long position;
  private long foreign = FOREIGN;
  private long commits;

  @Test
  void nothingIsLostOrDoubledBesideSparkInFormatVersion2() throws Exception {
    runBesideSpark("mixed.numbers_v2");
  }

  @Test
  void nothingIsLostOrDoubledBesideSparkInFormatVersion3() throws Exception {
    runBesideSpark("mixed.numbers_v3");
  }

  @Test
  void aStreamWhoseTokenIsExpiredStopsAndHasLostNothing() throws Exception {
    String table = "mixed.expired_v2";
    try (FirnProcess firn = FirnProcess.writer(directory, table);
        SparkEngine spark = new SparkEngine(directory, false)) {
      firnAppends(firn, STEP);
      act(spark, "firn." + table, 0, new Random(0));
      act(spark, "firn." + table, 0, new Random(0));
      // The newest snapshot is the only one that stays, and Firn's is not even its parent.
      spark.sql(
          "CALL firn.system.expire_snapshots(table => 'firn.%s', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 1)"
              .formatted(table));
      assertThatThrownBy(() -> firn.ask("append 300 100"))
          .hasMessageContaining("failed TokenLostException");
      check(spark, "firn." + table);
    }
  }

  private void runBesideSpark(String table) throws Exception {
    long seed = Long.getLong("firn.seed", System.nanoTime());
    int rounds = Integer.getInteger("firn.rounds", 12);
    System.out.println("spark writes: " + table + ", seed " + seed);
    Random random = new Random(seed);
    String name = "firn." + table;
    FirnProcess firn = FirnProcess.writer(directory, table);
    position = Long.parseLong(firn.ask("position"));
    try (SparkEngine spark = new SparkEngine(directory, false)) {
      firnAppends(firn, STEP);
      for (int round = 0; round < rounds; round++) {
        // Each act once, in order, then any.
        act(spark, name, round < 6 ? round : random.nextInt(6), random);
        firnAppends(firn, 1 + random.nextInt(STEP));
        firn.send("append " + (position + STEP) + " 20");
        act(spark, name, random.nextInt(5), random); // while Firn commits ten times
        firn.await();
        moved(position + STEP);
        commits += 9;
        if (round % 4 == 3) {
          firn.kill();
          firn = FirnProcess.writer(directory, table);
          assertThat(Long.parseLong(firn.ask("position"))).isEqualTo(position);
        }
        check(spark, name);
      }
    } finally {
      firn.close();
    }
    System.out.printf(
        "spark writes: table=%s rounds=%d firn-commits=%d rows=%d lost=0 doubled=0%n",
        table, rounds, commits, expected.size());
  }

  private void firnAppends(FirnProcess firn, int rows) {
    assertThat(Long.parseLong(firn.ask("append " + (position + rows) + " " + rows)))
        .isEqualTo(position + rows);
    moved(position + rows);
  }

  private void moved(long to) {
    LongStream.range(position, to).forEach(expected::add);
    position = to;
    commits++;
  }

  private void act(SparkEngine spark, String table, int what, Random random) {
    switch (what) {
      case 0 -> {
        spark.sql(
            "INSERT INTO %s SELECT id, 'spark', CAST(id %% 3 AS INT), NULL FROM range(%d, %d)"
                .formatted(table, foreign, foreign + 50));
        LongStream.range(foreign, foreign + 50).forEach(expected::add);
        foreign += 50;
      }
      case 1, 3 -> {
        // Only among rows that are there: what Firn appends meanwhile is not for this statement.
        int rest = random.nextInt(11);
        long below = position;
        spark.sql("DELETE FROM %s WHERE id < %d AND id %% 11 = %d".formatted(table, below, rest));
        expected.removeIf(id -> id < below && id % 11 == rest);
      }
      case 2 ->
          spark.sql(
              "CALL firn.system.rewrite_data_files(table => '%s', options => map('min-input-files', '2'))"
                  .formatted(table));
      case 4 -> spark.sql("CALL firn.system.rewrite_manifests('%s')".formatted(table));
      default ->
          spark.sql(
              "CALL firn.system.expire_snapshots(table => '%s', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 25)"
                  .formatted(table));
    }
  }

  private void check(SparkEngine spark, String table) {
    List<Row> rows = spark.sql("SELECT id, who, bucket FROM " + table + " ORDER BY id");
    List<Long> ids = rows.stream().map(row -> row.getLong(0)).toList();
    assertThat(ids).as("doubled").doesNotHaveDuplicates();
    assertThat(ids).as("lost, or there again").containsExactlyElementsOf(expected);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.getString(1)).isEqualTo(row.getLong(0) < FOREIGN ? "firn" : "spark");
              assertThat(row.getInt(2)).isEqualTo((int) (row.getLong(0) % 3));
            });
  }
}
