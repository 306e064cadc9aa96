package dev.firn.proofs.engines.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.engines.FirnProcess;
import dev.firn.proofs.engines.KeyedEvents;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark as a foreign writer of a table that Firn upserts: it deletes, merges, updates, appends rows
 * of keys that are there, compacts and expires, between Firn's commits and while they are made.
 * Firn's process is killed now and then. Spark finds one row for each key, the right one.
 */
@Tag("integration")
class SparkUpsertsTest {

  private static final int STEP = 200;

  /** Keys from here are Spark's alone. */
  private static final long FOREIGN = 1_000_000;

  @TempDir Path directory;

  private final TreeMap<Long, Long> expected = new TreeMap<>();

  /** By key, the row id that Spark has seen; in format version 3. */
  private final TreeMap<Long, Long> rowIds = new TreeMap<>();

  private long position;
  private int commits;
  private int refused;
  private long kept;
  private long rewritten;
  private String last = "";

  @Test
  void oneRowOfEachKeyBesideSparkInFormatVersion2() throws Exception {
    runBesideSpark("mixed.keys_v2");
  }

  @Test
  void oneRowOfEachKeyBesideSparkInFormatVersion3() throws Exception {
    runBesideSpark("mixed.keys_v3");
  }

  private void runBesideSpark(String table) throws Exception {
    long seed = Long.getLong("firn.seed", System.nanoTime());
    int rounds = Integer.getInteger("firn.rounds", 14);
    System.out.println("spark upserts: " + table + ", seed " + seed);
    Random random = new Random(seed);
    String name = "firn." + table;
    FirnProcess firn = FirnProcess.upserter(directory, table);
    position = Long.parseLong(firn.ask("position"));
    try (SparkEngine spark = new SparkEngine(directory, false)) {
      firnUpserts(firn, 3 * STEP);
      for (int round = 0; round < rounds; round++) {
        // Each act once, in order, then any.
        act(spark, name, round < 7 ? round : random.nextInt(7), random);
        check(spark, name);
        firnUpserts(firn, 1 + random.nextInt(STEP));
        check(spark, name);
        firn.send("upsert " + (position + STEP) + " 20");
        actBeside(spark, name, random); // while Firn commits ten times
        firn.await();
        moved(position + STEP);
        commits += 9;
        if (round % 3 == 2) {
          rewritten += Long.parseLong(firn.ask("rewrite"));
          check(spark, name);
        }
        if (round % 4 == 3) {
          firn.kill();
          firn = FirnProcess.upserter(directory, table);
          assertThat(Long.parseLong(firn.ask("position"))).isEqualTo(position);
        }
        check(spark, name);
      }
    } finally {
      firn.close();
    }
    System.out.printf(
        "spark upserts: table=%s rounds=%d firn-commits=%d rows=%d refused-to-spark=%d row-ids-kept=%d rewritten=%d wrong=0%n",
        table, rounds, commits, expected.size(), refused, kept, rewritten);
    assertThat(rewritten).isPositive();
  }

  private void firnUpserts(FirnProcess firn, int events) {
    assertThat(Long.parseLong(firn.ask("upsert " + (position + events) + " " + events)))
        .isEqualTo(position + events);
    moved(position + events);
  }

  private void moved(long to) {
    for (long event = position; event < to; event++) {
      if (KeyedEvents.deletes(event)) {
        expected.remove(KeyedEvents.key(event));
        rowIds.remove(KeyedEvents.key(event)); // it may be back before anybody looks
      } else {
        expected.put(KeyedEvents.key(event), event);
      }
    }
    position = to;
    commits++;
  }

  /** On any keys, while Firn is at rest. */
  private void act(SparkEngine spark, String table, int what, Random random) {
    int rest = random.nextInt(11);
    last = what + "/" + rest;
    switch (what) {
      case 0 -> {
        spark.sql("DELETE FROM %s WHERE id %% 11 = %d".formatted(table, rest));
        expected.keySet().removeIf(id -> id % 11 == rest);
      }
      case 1 -> {
        spark.sql(
            ("MERGE INTO %s t USING (SELECT id * 7 AS id FROM range(0, 100)) s ON t.id = s.id"
                    + " WHEN MATCHED THEN UPDATE SET value = -t.id"
                    + " WHEN NOT MATCHED THEN INSERT (id, value, bucket) VALUES (s.id, -s.id, 1)")
                .formatted(table));
        for (long id = 0; id < 700; id += 7) {
          expected.put(id, -id);
        }
      }
      case 2 -> compact(spark, table);
      case 3 -> {
        spark.sql(
            "UPDATE %s SET value = id, bucket = 2 WHERE id %% 11 = %d".formatted(table, rest));
        expected.replaceAll((id, value) -> id % 11 == rest ? id : value);
      }
      case 4 -> {
        // Rows of keys that are gone: Firn's next upserts are to find them.
        spark.sql("DELETE FROM %s WHERE id < 50".formatted(table));
        spark.sql("INSERT INTO %s SELECT id, id + 5, 0 FROM range(0, 50)".formatted(table));
        for (long id = 0; id < 50; id++) {
          rowIds.remove(id);
          expected.put(id, id + 5);
        }
      }
      case 5 -> {
        spark.sql("CALL firn.system.rewrite_manifests('%s')".formatted(table));
        rowIds.clear(); // up to 1.11.0 it gives rows new ones: apache/iceberg#16699
      }
      default ->
          spark.sql(
              "CALL firn.system.expire_snapshots(table => '%s', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 25)"
                  .formatted(table));
    }
  }

  private static void compact(SparkEngine spark, String table) {
    spark.sql(
        "CALL firn.system.rewrite_data_files(table => '%s', options => map('min-input-files', '2', 'delete-file-threshold', '1'))"
            .formatted(table));
  }

  /**
   * What comes out is the same whoever is first: keys of Spark's own, or no change of rows at all.
   * Spark may be refused, for Firn has deleted rows of files that it was rewriting.
   */
  private void actBeside(SparkEngine spark, String table, Random random) {
    long id = FOREIGN + random.nextInt(50);
    try {
      switch (random.nextInt(3)) {
        case 0 -> compact(spark, table);
        case 1 -> {
          spark.sql(
              ("MERGE INTO %s t USING (SELECT %dL AS id) s ON t.id = s.id"
                      + " WHEN MATCHED THEN UPDATE SET value = %d"
                      + " WHEN NOT MATCHED THEN INSERT (id, value, bucket) VALUES (s.id, %d, 0)")
                  .formatted(table, id, position, position));
          expected.put(id, position);
        }
        default -> {
          spark.sql("DELETE FROM %s WHERE id = %d".formatted(table, id));
          expected.remove(id);
          rowIds.remove(id);
        }
      }
    } catch (Exception e) {
      refused++;
      String why = String.valueOf(e.getMessage());
      System.out.println(
          "spark upserts: Spark was refused: " + why.substring(0, Math.min(100, why.length())));
    }
  }

  private void check(SparkEngine spark, String table) {
    List<Row> rows = spark.sql("SELECT id, value FROM " + table + " ORDER BY id");
    TreeMap<Long, Long> found = new TreeMap<>();
    for (Row row : rows) {
      assertThat(found.put(row.getLong(0), row.getLong(1)))
          .as("another row of key %s", row.getLong(0))
          .isNull();
    }
    assertThat(found).isEqualTo(expected);
    if (table.endsWith("3")) {
      checkRowIds(spark, table);
    }
  }

  /** A row that Firn or Spark has updated is the same one, and no two rows have one id. */
  private void checkRowIds(SparkEngine spark, String table) {
    Set<Long> ids = new HashSet<>();
    for (Row row : spark.sql("SELECT id, _row_id FROM " + table)) {
      long key = row.getLong(0);
      long id = row.getLong(1);
      assertThat(ids.add(id)).as("the row id %s of key %s is there once", id, key).isTrue();
      Long before = rowIds.put(key, id);
      if (before != null) {
        assertThat(id).as("the row id of key %s, act %s", key, last).isEqualTo(before);
        kept++;
      }
    }
    rowIds.keySet().retainAll(expected.keySet());
  }
}
