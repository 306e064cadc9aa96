package dev.firn.proofs.crash;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.Position;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.proofs.crash.Events.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.catalog.Catalog;

/**
 * A run that makes the same calls every time: everything happens on the calling thread, and no
 * timer ticks.
 */
enum Scenario {
  /** One file a commit. */
  PLAIN(PartitionSpec.unpartitioned(), List.of(""), 10, 2, Map.of()),

  /** Three files a commit; manifests are merged, and old metadata files deleted. */
  PARTITIONED(
      Events.BY_PART,
      List.of(""),
      10,
      2,
      Map.of(
          "commit.manifest.min-count-to-merge", "2",
          "write.metadata.previous-versions-max", "1")),

  /** Two claimed sources in one writer, with tokens in files of their own. */
  SOURCES(
      PartitionSpec.unpartitioned(),
      List.of("a", "b"),
      10,
      2,
      Map.of("firn.token.inline-chars", "16")) {
    @Override
    WriterOptions.Builder options() {
      return super.options().ownership(Ownership.PER_SOURCE);
    }
  },

  /** Hours pass between commits: the writer expires snapshots, and writes its token anew. */
  EXPIRING(
      PartitionSpec.unpartitioned(),
      List.of(""),
      10,
      2,
      Map.of(
          // Below zero: of a real clock's snapshots, all but the newest may go at once.
          "history.expire.max-snapshot-age-ms", "-1000",
          "history.expire.min-snapshots-to-keep", "1",
          "commit.manifest.min-count-to-merge", "2")) {
    @Override
    WriterOptions.Builder options() {
      return super.options().expireSnapshots(true);
    }
  },

  /** Files are full before the commit, so they are sealed while rows are appended. */
  EARLY(PartitionSpec.unpartitioned(), List.of(""), 1_100, 64, Map.of()) {
    @Override
    WriterOptions.Builder options() {
      return super.options()
          .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
          .targetFileBytes(64 << 10);
    }
  };

  /** Two openings, so that the second one finds what the first has left. */
  private static final int LIVES = 2;

  private static final int COMMITS_PER_LIFE = 2;

  /** Takes what is to be done regularly, and never does it. */
  private static final ScheduledThreadPoolExecutor STILL =
      new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());

  static {
    STILL.shutdown();
  }

  private final PartitionSpec spec;
  private final List<String> sources;
  private final long perCommit;
  private final int words;
  private final Map<String, String> properties;

  Scenario(
      PartitionSpec spec,
      List<String> sources,
      long perCommit,
      int words,
      Map<String, String> properties) {
    this.spec = spec;
    this.sources = sources;
    this.perCommit = perCommit;
    this.words = words;
    this.properties = properties;
  }

  WriterOptions.Builder options() {
    return WriterOptions.builder("s")
        .commitPolicy(CommitPolicy.manual())
        .executor(Runnable::run)
        .scheduler(STILL);
  }

  void create(Catalog catalog) {
    Events.create(catalog, spec, properties);
  }

  /** Where each source ends when the run is complete. */
  Map<String, Long> ends() {
    Map<String, Long> ends = new TreeMap<>();
    sources.forEach(source -> ends.put(source, end()));
    return ends;
  }

  int words() {
    return words;
  }

  private long end() {
    return LIVES * COMMITS_PER_LIFE * perCommit;
  }

  /** The whole run, or what is left of it: each life opens the stream and closes it. */
  void write(Catalog catalog, WriterOptions options, Trouble trouble, Runnable afterCommit) {
    for (int life = 1; life <= LIVES; life++) {
      StreamingTableWriter<Event> writer =
          Firn.openWriter(catalog, Events.NAME, Events.mapper(words), options);
      try {
        writeOneLife(writer, life, trouble, afterCommit);
      } catch (RuntimeException | Error e) {
        trouble.end(writer, e);
        throw e;
      }
      writer.close();
    }
  }

  private void writeOneLife(
      StreamingTableWriter<Event> writer, int life, Trouble trouble, Runnable afterCommit) {
    CommitToken token =
        sources.contains("") ? writer.committed() : writer.claim(sources, System.nanoTime());
    long at = position(token);
    long end = life * COMMITS_PER_LIFE * perCommit;
    while (at < end) {
      long next = Math.min(end, (at / perCommit + 1) * perCommit);
      CommitToken mark = CommitToken.none();
      for (String source : sources) {
        for (long number = at; number < next; number++) {
          writer.append(new Event(source, number));
        }
        mark = source.isEmpty() ? CommitToken.of(next) : mark.with(source, Position.of(next));
      }
      writer.mark(mark);
      trouble.commit(writer);
      afterCommit.run();
      at = next;
    }
  }

  private long position(CommitToken token) {
    Position position = token.positions().get(sources.get(0));
    return position == null ? 0 : position.major();
  }

  /** What the application does when something goes wrong. */
  interface Trouble {
    /** Commits; may try again. */
    void commit(StreamingTableWriter<?> writer);

    /** The run ends here: the writer may be closed, or left as it is. */
    void end(StreamingTableWriter<?> writer, Throwable why);

    /** Lets everything through. */
    Trouble NONE =
        new Trouble() {
          @Override
          public void commit(StreamingTableWriter<?> writer) {
            writer.commit();
          }

          @Override
          public void end(StreamingTableWriter<?> writer, Throwable why) {}
        };
  }

  /** How far a clock moves after each commit. */
  Duration step() {
    return this == EXPIRING ? Duration.ofHours(2) : Duration.ofSeconds(1);
  }
}
