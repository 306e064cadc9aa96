package dev.firn.benchmarks;

import dev.firn.benchmarks.encode.EncodeBenchmark;
import dev.firn.benchmarks.kafka.FreshnessBenchmark;
import dev.firn.benchmarks.kafka.KafkaBenchmark;
import dev.firn.benchmarks.kafka.MemoryBenchmark;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.rows.EventShape;
import dev.firn.benchmarks.rows.Workload;
import dev.firn.benchmarks.rows.Workloads;
import dev.firn.benchmarks.small.CommitBenchmark;
import dev.firn.benchmarks.small.GroupBenchmark;
import dev.firn.benchmarks.small.GrowthBenchmark;
import dev.firn.benchmarks.small.TinyFileBenchmark;
import dev.firn.benchmarks.upsert.FlinkUpsertBenchmark;
import dev.firn.benchmarks.upsert.UpsertBenchmark;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prints how Firn compares with other writers.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar dev.firn.benchmarks.Ratios encode [--quick] [--case iot]
 * </pre>
 *
 * <p>Each case runs in a JVM of its own, started with the options of this one, so that no case
 * inherits what the compiler has learnt from another.
 */
public final class Ratios {

  private static final String GROWTH = "growth-";
  private static final String GROUP = "group-";

  private static final List<String> EVENTS =
      Workloads.events().stream().map(EventShape::name).toList();

  /** The cases of every benchmark. */
  static final Map<String, List<String>> CASES =
      Map.of(
          "encode",
          Workloads.all().stream().map(Workload::name).toList(),
          "tiny-file",
          List.of("iot", "wide"),
          "commit",
          Stream.concat(
                  CommitBenchmark.catalogs().stream(),
                  Stream.of(GROWTH + "in-memory", GROWTH + "sqlite", GROUP + "sqlite"))
              .toList(),
          "upsert",
          Stream.concat(UpsertBenchmark.versions().stream(), Stream.of(FlinkUpsertBenchmark.NAME))
              .toList(),
          "kafka",
          EVENTS,
          "kafka-freshness",
          FreshnessBenchmark.cases(),
          "kafka-memory",
          EVENTS);

  /** What exactly is compared. */
  private static final Map<String, String> ABOUT =
      Map.of(
          "encode",
          """
          # typed  = plain Java objects through a RowAppender by position, all on one thread; record = Iceberg's Record.
          # pooled = typed with one helper thread. paced = hot rows, a page at a time, each when the helper has done with
          #          the last: only its caller figure counts. plain = typed, with the encodings and the level of zstd
          #          that the rivals use; the others leave both to Firn.
          # Rivals get records of their own kind, made before the clock starts, and write on one thread. Tables name
          # codec zstd without a level, pages of 1 MiB or 20,000 rows, dictionaries up to 2 MiB. Every file is read back.\
          """,
          "tiny-file",
          """
          # 200 files in a row. Firn: a staging writer that stays open appends the rows and stages them.
          # Iceberg: open, write, close, data file with metrics. Every file is read back.\
          """,
          "commit",
          """
          # 20 commits of 10 rows in a row, cpu of all threads. Firn: append, mark, commit, from rows to snapshot.
          # newAppend = only table.newAppend().appendFile(file).commit(), the file being written before the clock
          # starts; generic-write+newAppend = with the writing, which is the same work as Firn's. Tables of their
          # own in one catalog, same properties (Firn's). sqlite-sync waits for the disk. growth: one row a commit.
          # group: threads with a writer each, due every second; lost = attempts that others made conflict.\
          """,
          "upsert",
          """
          # A table of 1 M keys gets 20 batches of 50,000 rows of random keys, each a commit. write: cpu of all threads
          # from rows to snapshot; size = bytes of all files written, metadata apart. equality-deletes = Iceberg's
          # BaseEqualityDeltaWriter and newRowDelta, as Flink's and Kafka's connectors use them; firn-append = Firn
          # without a key, the floor. scan: the tables are read by IcebergGenerics; compacted = Firn's rows in one file,
          # firn-append = as many rows as are stored, nothing deleted; size = rows stored. Every table is read back and
          # compared. v3: deletion vectors, v2: position deletes. All of the heap is there from the beginning.
          # flink: 4 M such rows in memory, by Firn's writer (a commit every 50,000) and by Iceberg's sink in Flink 2.0,
          # upsert mode, parallelism 1, a checkpoint a second; a process each, its cpu, after half of the rows.\
          """,
          "kafka",
          """
          # JSON from a topic of 4 partitions into a table, commits every 5 s; each contender alone in a JVM of its own
          # with 1 GB of heap, the broker in this one. Counted until all rows are visible; read back every time.
          # rows/cpu-s = Firn's / the rival's, rss and wall = the rival's / Firn's, medians of the rounds' ratios; above
          # 1, Firn is better. min..max of rows/cpu-s. All from when half of the topic was fetched, if not said
          # otherwise. cpu is that of the process, with compilers and garbage collector. limit: only polls and parses.\
          """,
          "kafka-freshness",
          """
          # 20,000 events a second for a minute, commits every second. From the time that an event carries to when a
          # reader that looks every 10 ms sees it; processors = processor time of the contender's process / time.
          # s3: Firn alone, files in an S3 store and a REST catalog, both over HTTP, in the benchmark's process.\
          """,
          "kafka-memory",
          """
          # As kafka, with a quarter of the events, and with ever smaller heaps: the least that will do.\
          """);

  /**
   * How a case's JVM is started. What is upserted and read allocates so much that the price of new
   * pages of heap would hide all else.
   */
  private static final Map<String, List<String>> JVM_OPTIONS =
      Map.of("upsert", List.of("-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"));

  private static final String USAGE =
      "usage: Ratios NAME [--quick] [--case CASE]   with NAME and CASE of " + CASES;

  private Ratios() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    requireQuietParquet();
    if (args.length == 0) {
      System.err.println(USAGE);
      System.exit(2);
      return;
    }
    List<String> options = Arrays.asList(args).subList(1, args.length);
    boolean quick = options.contains("--quick");
    Run run = quick ? Run.quick(System.out) : Run.full(System.out);
    Optional<String> only = after(options, "--case");
    if (!CASES.containsKey(args[0])) {
      System.err.println(USAGE);
      System.exit(2);
    } else if (only.isPresent()) {
      run(args[0], only.get(), run);
    } else {
      header(args[0], run);
      for (String each : CASES.getOrDefault(args[0], List.of())) {
        List<String> arguments = new ArrayList<>(Arrays.asList(args));
        arguments.addAll(List.of("--case", each));
        Fork.run(Ratios.class, JVM_OPTIONS.getOrDefault(args[0], List.of()), arguments, System.out);
      }
    }
  }

  /** Measures one case in this JVM. */
  static void run(String name, String what, Run run) throws Exception {
    switch (name) {
      case "encode" -> EncodeBenchmark.run(Workloads.named(what), run);
      case "tiny-file" -> {
        for (int rows : List.of(1, 100, 1_000)) {
          TinyFileBenchmark.run(Workloads.named(what), rows, run);
        }
      }
      case "commit" -> {
        if (what.startsWith(GROWTH)) {
          GrowthBenchmark.run(what.substring(GROWTH.length()), run);
        } else if (what.startsWith(GROUP)) {
          GroupBenchmark.run(what.substring(GROUP.length()), run);
        } else {
          CommitBenchmark.run(what, run);
        }
      }
      case "upsert" -> {
        if (what.equals(FlinkUpsertBenchmark.NAME)) {
          FlinkUpsertBenchmark.run(run);
        } else {
          UpsertBenchmark.run(what, run);
        }
      }
      case "kafka-freshness" -> FreshnessBenchmark.run(what, run);
      case "kafka-memory" -> MemoryBenchmark.run(Workloads.events(what), run);
      case "kafka" -> KafkaBenchmark.run(Workloads.events(what), run);
      default -> throw new IllegalArgumentException(USAGE);
    }
  }

  private static Optional<String> after(List<String> options, String option) {
    int at = options.indexOf(option);
    return at < 0 || at + 1 == options.size() ? Optional.empty() : Optional.of(options.get(at + 1));
  }

  private static void header(String name, Run run) {
    Runtime runtime = Runtime.getRuntime();
    boolean kafka = name.startsWith("kafka");
    String rounds =
        kafka
            ? KafkaBenchmark.rounds(run) + " rounds"
            : run.rounds() + " rounds after " + run.warmUp().toSeconds() + " s of warm-up each";
    run.out()
        .printf(
            "# %s: %s, rows x %s; Java %s, %d processors, load %.1f%n",
            name,
            rounds,
            run.scale(),
            Runtime.version(),
            runtime.availableProcessors(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    if (!kafka) {
      run.out().println(Duel.HEADER);
    }
    run.out().println(ABOUT.getOrDefault(name, ""));
  }

  /** A rival that logs every field it writes is not slow, it is talkative. */
  private static void requireQuietParquet() {
    for (String name : List.of("org.apache.parquet", "org.apache.iceberg", "org.apache.avro")) {
      Logger logger = LoggerFactory.getLogger(name);
      if (logger.isInfoEnabled()) {
        throw new IllegalStateException(name + " logs below WARN: that would be measured as well");
      }
    }
  }
}
