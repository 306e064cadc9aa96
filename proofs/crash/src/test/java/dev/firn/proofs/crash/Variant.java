package dev.firn.proofs.crash;

import dev.firn.api.CommitPolicy;
import dev.firn.api.Ownership;
import dev.firn.api.WriterOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;

/** A way to write the stream that is killed; child and parent both know it by name. */
enum Variant {
  /** One writer owns the stream, one file a commit; the table keeps few snapshots. */
  EXCLUSIVE(List.of(""), PartitionSpec.unpartitioned(), 2) {
    @Override
    WriterOptions.Builder options() {
      return super.options().expireSnapshots(true);
    }

    @Override
    Map<String, String> properties() {
      return Map.of(
          "history.expire.max-snapshot-age-ms", "20000",
          "history.expire.min-snapshots-to-keep", "30",
          "commit.manifest.min-count-to-merge", "20");
    }
  },

  /** Files of three partitions are sealed early, again and again between two commits. */
  EARLY_SEALING(List.of(""), Events.BY_PART, 64) {
    @Override
    WriterOptions.Builder options() {
      return super.options()
          .memoryLimitBytes(WriterOptions.MIN_MEMORY_LIMIT_BYTES)
          .targetFileBytes(64 << 10);
    }

    @Override
    boolean sealingIsInside() {
      return false;
    }

    @Override
    int mostFilesUnderWay() {
      return 60; // two megabytes of rows that wait for two commits
    }
  },

  /** Two processes share the stream, each with a source of its own. */
  PER_SOURCE(List.of("a", "b"), PartitionSpec.unpartitioned(), 2) {
    @Override
    WriterOptions.Builder options() {
      return super.options().ownership(Ownership.PER_SOURCE);
    }

    @Override
    Map<String, String> properties() {
      // The tokens of two sources do not fit: they go to files.
      return Map.of("firn.token.inline-chars", "16");
    }
  };

  private static final Duration INTERVAL = Duration.ofMillis(150);

  private final List<String> sources;
  private final PartitionSpec spec;
  private final int words;

  Variant(List<String> sources, PartitionSpec spec, int words) {
    this.sources = sources;
    this.spec = spec;
    this.words = words;
  }

  /** One child process for each. */
  List<String> sources() {
    return sources;
  }

  PartitionSpec spec() {
    return spec;
  }

  /** The length of a payload in words. */
  int words() {
    return words;
  }

  /** Whether the time from the first data file on counts as inside; else the attempt only. */
  boolean sealingIsInside() {
    return true;
  }

  /** A commit has one file, and there are never more than two under way. */
  int mostFilesUnderWay() {
    return WriterOptions.DEFAULT_MAX_COMMITS_IN_FLIGHT;
  }

  Map<String, String> properties() {
    return Map.of();
  }

  WriterOptions.Builder options() {
    return WriterOptions.builder("killed").commitPolicy(CommitPolicy.every(INTERVAL));
  }
}
