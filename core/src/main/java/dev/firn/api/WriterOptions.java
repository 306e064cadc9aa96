package dev.firn.api;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is written. Immutable; made by {@link #builder(String)}, and every setting has a
 * default that suits a stream of some thousand rows a second.
 *
 * <p>Over 400 lines because each option is a field, a getter and a setter, with words for each.
 *
 * @since 0.1
 */
public final class WriterOptions {

  /**
   * Ten seconds: fresh enough for most readers, and 8,640 snapshots a day that expiry can handle.
   */
  public static final CommitPolicy DEFAULT_COMMIT_POLICY =
      CommitPolicy.every(Duration.ofSeconds(10));

  /** 256 MiB: holds a target-size file in compressed form, and a quarter of a 1 GiB heap. */
  public static final long DEFAULT_MEMORY_LIMIT_BYTES = 256L << 20;

  /** 4 MiB: below it not even one page of a wide table fits. */
  public static final long MIN_MEMORY_LIMIT_BYTES = 4L << 20;

  /** 1 MiB: room for some twenty thousand keys; less is a slip of the unit. */
  public static final long MIN_INDEX_MEMORY_LIMIT_BYTES = 1L << 20;

  /** A minute: longer than a slow commit, shorter than a consumer group's patience. */
  public static final Duration DEFAULT_BLOCK_TIMEOUT = Duration.ofMinutes(1);

  /** Two minutes: a catalog that is gone longer is an outage to be told about. */
  public static final Duration DEFAULT_COMMIT_TIMEOUT = Duration.ofMinutes(2);

  /** Thirty seconds: within the grace that schedulers give a process to stop. */
  public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(30);

  /** One commits while the next one seals. */
  public static final int DEFAULT_MAX_COMMITS_IN_FLIGHT = 2;

  /** The branch that readers see by default. */
  public static final String MAIN_BRANCH = "main";

  private final Builder settings;

  private WriterOptions(Builder settings) {
    this.settings = settings;
  }

  /**
   * Options of the stream {@code streamId}: a name that the application keeps across restarts, one
   * per logical flow from a source into a table. Not a process id.
   */
  public static Builder builder(String streamId) {
    return new Builder(streamId);
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(settings);
  }

  /** The stream's name. */
  public String streamId() {
    return settings.streamId;
  }

  /** Who may write the stream at the same time. */
  public Ownership ownership() {
    return settings.ownership;
  }

  /** The branch that is written. */
  public String branch() {
    return settings.branch;
  }

  /**
   * The columns of the key that rows are upserted by. Empty for a writer that only appends; an
   * empty list for the identifier fields of the table's schema.
   */
  public Optional<List<String>> key() {
    return Optional.ofNullable(settings.key);
  }

  /** What a null in a column of the key means. */
  public NullsInKey nullsInKey() {
    return settings.nullsInKey;
  }

  /** How the rows go that upserts and deletes replace. */
  public DeleteMode deleteMode() {
    return settings.deleteMode;
  }

  /** Whether a row that takes the place of another keeps its id. */
  public RowLineage rowLineage() {
    return settings.rowLineage;
  }

  /**
   * The column whose values say which change of a key is newer; empty if the one that comes later.
   */
  public Optional<String> orderColumn() {
    return Optional.ofNullable(settings.orderColumn);
  }

  /** The column that says of a row that it is deleted; empty if deleted rows go. */
  public Optional<String> softDeleteColumn() {
    return Optional.ofNullable(settings.softDeleteColumn);
  }

  /** Memory for the index of keys, beside {@link #memoryLimitBytes()}. */
  public long indexMemoryLimitBytes() {
    return settings.indexMemoryLimitBytes.orElseGet(WriterOptions::quarterOfHeap);
  }

  private static long quarterOfHeap() {
    return Math.max(MIN_INDEX_MEMORY_LIMIT_BYTES, Runtime.getRuntime().maxMemory() / 4);
  }

  /** Where the index of keys may spill to and is kept between runs; empty for memory alone. */
  public Optional<Path> indexDirectory() {
    return Optional.ofNullable(settings.indexDirectory);
  }

  /** When background commits are due. */
  public CommitPolicy commitPolicy() {
    return settings.commitPolicy;
  }

  /**
   * Memory for rows that are not yet in files, over all partitions, and over all writers of a
   * {@link WriterGroup}.
   */
  public long memoryLimitBytes() {
    return settings.memoryLimitBytes;
  }

  /** The size that files aim at; empty to take the table's {@code write.target-file-size-bytes}. */
  public OptionalLong targetFileBytes() {
    return settings.targetFileBytes;
  }

  /** How long {@code append} waits for memory. */
  public Duration blockTimeout() {
    return settings.blockTimeout;
  }

  /** How long one commit tries before it gives up. */
  public Duration commitTimeout() {
    return settings.commitTimeout;
  }

  /** How long {@code close} waits for commits under way. */
  public Duration closeTimeout() {
    return settings.closeTimeout;
  }

  /** How many commits may be under way at once. */
  public int maxCommitsInFlight() {
    return settings.maxCommitsInFlight;
  }

  /** What to do when a known stream's token cannot be found. */
  public LostTokenPolicy lostTokenPolicy() {
    return settings.lostTokenPolicy;
  }

  /** What to do when the table was rolled back under the running writer. */
  public RollbackPolicy rollbackPolicy() {
    return settings.rollbackPolicy;
  }

  /** Whether the writer lets go of old snapshots behind its commits. */
  public boolean expireSnapshots() {
    return settings.expireSnapshots;
  }

  /**
   * Where columns are encoded, files are sealed and commits are made; empty for threads of the
   * writer's own, or, for a {@link StagingTableWriter}, for the calling thread.
   */
  public Optional<Executor> executor() {
    return Optional.ofNullable(settings.executor);
  }

  /** What drives due commits and heartbeats while no row comes; empty for a thread of its own. */
  public Optional<ScheduledExecutorService> scheduler() {
    return Optional.ofNullable(settings.scheduler);
  }

  /** The clock of commit policy and heartbeats. */
  public Clock clock() {
    return settings.clock;
  }

  /** Who hears what the writer does. */
  public WriterListener listener() {
    return settings.listener;
  }

  @Override
  public String toString() {
    return "WriterOptions["
        + settings.streamId
        + ", "
        + settings.ownership
        + ", branch "
        + settings.branch
        + (settings.key == null ? "" : ", key " + settings.key + ", " + settings.deleteMode)
        + (settings.rowLineage == RowLineage.NEW ? "" : ", row ids preserved")
        + (settings.orderColumn == null ? "" : ", order by " + settings.orderColumn)
        + ", "
        + settings.commitPolicy
        + ", "
        + settings.memoryLimitBytes
        + " bytes]";
  }

  /** Collects settings; each setter checks its own. Not thread-safe. */
  public static final class Builder {

    private final String streamId;
    private Ownership ownership = Ownership.EXCLUSIVE;
    private String branch = MAIN_BRANCH;
    private @Nullable List<String> key;
    private NullsInKey nullsInKey = NullsInKey.REJECT;
    private DeleteMode deleteMode = DeleteMode.AUTO;
    private RowLineage rowLineage = RowLineage.NEW;
    private @Nullable String orderColumn;
    private @Nullable String softDeleteColumn;
    private OptionalLong indexMemoryLimitBytes = OptionalLong.empty();
    private @Nullable Path indexDirectory;
    private CommitPolicy commitPolicy = DEFAULT_COMMIT_POLICY;
    private long memoryLimitBytes = DEFAULT_MEMORY_LIMIT_BYTES;
    private OptionalLong targetFileBytes = OptionalLong.empty();
    private Duration blockTimeout = DEFAULT_BLOCK_TIMEOUT;
    private Duration commitTimeout = DEFAULT_COMMIT_TIMEOUT;
    private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;
    private int maxCommitsInFlight = DEFAULT_MAX_COMMITS_IN_FLIGHT;
    private LostTokenPolicy lostTokenPolicy = LostTokenPolicy.fail();
    private RollbackPolicy rollbackPolicy = RollbackPolicy.FAIL;
    private boolean expireSnapshots;
    private @Nullable Executor executor;
    private @Nullable ScheduledExecutorService scheduler;
    private Clock clock = Clock.systemUTC();
    private WriterListener listener = new WriterListener() {};

    private Builder(String streamId) {
      Objects.requireNonNull(streamId, "streamId");
      if (streamId.isBlank() || streamId.length() > 200) {
        throw new IllegalArgumentException(
            "A stream id must have 1 to 200 characters and not be blank, but it is \""
                + streamId
                + "\"");
      }
      requireUnicode("streamId", streamId);
      this.streamId = streamId;
    }

    private Builder(Builder other) {
      this.streamId = other.streamId;
      this.ownership = other.ownership;
      this.branch = other.branch;
      this.key = other.key;
      this.nullsInKey = other.nullsInKey;
      this.deleteMode = other.deleteMode;
      this.rowLineage = other.rowLineage;
      this.orderColumn = other.orderColumn;
      this.softDeleteColumn = other.softDeleteColumn;
      this.indexMemoryLimitBytes = other.indexMemoryLimitBytes;
      this.indexDirectory = other.indexDirectory;
      this.commitPolicy = other.commitPolicy;
      this.memoryLimitBytes = other.memoryLimitBytes;
      this.targetFileBytes = other.targetFileBytes;
      this.blockTimeout = other.blockTimeout;
      this.commitTimeout = other.commitTimeout;
      this.closeTimeout = other.closeTimeout;
      this.maxCommitsInFlight = other.maxCommitsInFlight;
      this.lostTokenPolicy = other.lostTokenPolicy;
      this.rollbackPolicy = other.rollbackPolicy;
      this.expireSnapshots = other.expireSnapshots;
      this.executor = other.executor;
      this.scheduler = other.scheduler;
      this.clock = other.clock;
      this.listener = other.listener;
    }

    /** Default {@link Ownership#EXCLUSIVE}. */
    public Builder ownership(Ownership value) {
      this.ownership = Objects.requireNonNull(value, "ownership");
      return this;
    }

    /** Default {@value WriterOptions#MAIN_BRANCH}; created from main if it does not exist. */
    public Builder branch(String value) {
      if (value.isBlank()) {
        throw new IllegalArgumentException("branch must not be blank");
      }
      requireUnicode("branch", value);
      this.branch = value;
      return this;
    }

    /**
     * Rows are upserted by the key of these columns: a row takes the place of the one that has the
     * same values in them. Default: rows are only appended.
     *
     * @param columns names of columns at the top level of the schema; none for the table's own
     *     identifier fields
     */
    public Builder upsertBy(String... columns) {
      List<String> names = List.of(columns);
      if (names.contains("")) {
        throw new IllegalArgumentException("upsertBy must not name an empty column: " + names);
      }
      if (names.stream().distinct().count() < names.size()) {
        throw new IllegalArgumentException("upsertBy must not name a column twice: " + names);
      }
      this.key = names;
      return this;
    }

    /** Rows are only appended, as by default: for options that are made from those of a key. */
    public Builder appendOnly() {
      this.key = null;
      this.rowLineage = RowLineage.NEW;
      this.orderColumn = null;
      return this;
    }

    /** Default {@link NullsInKey#REJECT}. */
    public Builder nullsInKey(NullsInKey value) {
      this.nullsInKey = Objects.requireNonNull(value, "nullsInKey");
      return this;
    }

    /**
     * Default {@link DeleteMode#AUTO}. All writers of a stream should have the same; of a writer
     * without a key it says nothing.
     */
    public Builder deleteMode(DeleteMode value) {
      this.deleteMode = Objects.requireNonNull(value, "deleteMode");
      return this;
    }

    /**
     * Default {@link RowLineage#NEW}. {@link RowLineage#PRESERVE} only together with {@link
     * #upsertBy}, and for tables of format version 3.
     */
    public Builder rowLineage(RowLineage value) {
      this.rowLineage = Objects.requireNonNull(value, "rowLineage");
      return this;
    }

    /**
     * Of the changes of a key the newest counts, in whatever order they come: the one with the
     * highest value in this column; of equal ones the one that comes later. Default: always the one
     * that comes later.
     *
     * <p>A change that is older than the row that its key has is dropped, and counted in {@link
     * CommitResult.Replaced#lateChanges}. A delete must have a value too, and the key stays deleted
     * for older rows that come after it: as long as this writer is open, or the others of its
     * {@link WriterGroup}, and, with an {@link #indexDirectory}, for the next ones. The delete is
     * forgotten when the table is truncated or rolled back, when so many snapshots have expired
     * that this cannot be told, and when a writer is opened without that directory.
     *
     * <p>A record without a value is refused with {@code RecordRejectedException}. A row of others
     * with a null there is older than all.
     *
     * <p>Only together with {@link #upsertBy}.
     *
     * @param value the name of a column at the top level of the schema, of type int, long, date,
     *     time or any timestamp, that is not part of the key
     */
    public Builder orderBy(String value) {
      if (value.isEmpty()) {
        throw new IllegalArgumentException("orderBy must name a column, but the name is empty");
      }
      this.orderColumn = value;
      return this;
    }

    /**
     * A delete does not take the row away, but upserts it with {@code true} in this boolean column;
     * the record of the delete must then be a whole row, as it was or is. Default: deleted rows go.
     */
    public Builder softDeleteColumn(String value) {
      this.softDeleteColumn = Objects.requireNonNull(value, "softDeleteColumn");
      return this;
    }

    /**
     * Memory for the index that knows where in the table each key is; all writers of a {@link
     * WriterGroup} share one. Default a quarter of the most that the heap may grow to. A key of up
     * to 8 bytes takes about 24, a longer one 36. With {@link #orderBy} each row takes up to 8
     * bytes more, and each key that was deleted and may be met again as much as a key and a row.
     * With {@link RowLineage#PRESERVE} a quarter of all is for the ids of rows.
     */
    public Builder indexMemoryLimitBytes(long value) {
      if (value < MIN_INDEX_MEMORY_LIMIT_BYTES) {
        throw new IllegalArgumentException(
            "indexMemoryLimitBytes must be at least "
                + MIN_INDEX_MEMORY_LIMIT_BYTES
                + ", but is "
                + value);
      }
      this.indexMemoryLimitBytes = OptionalLong.of(value);
      return this;
    }

    /**
     * A local directory that is the index's own. The index spills to it when its memory is full,
     * and leaves there what the next writer need not read from the table again. Default: the index
     * is in memory alone, and every writer builds it anew.
     */
    public Builder indexDirectory(Path value) {
      this.indexDirectory = Objects.requireNonNull(value, "indexDirectory");
      return this;
    }

    /** Default {@link WriterOptions#DEFAULT_COMMIT_POLICY}. */
    public Builder commitPolicy(CommitPolicy value) {
      this.commitPolicy = Objects.requireNonNull(value, "commitPolicy");
      return this;
    }

    /** Default {@link WriterOptions#DEFAULT_MEMORY_LIMIT_BYTES}. */
    public Builder memoryLimitBytes(long value) {
      if (value < MIN_MEMORY_LIMIT_BYTES) {
        throw new IllegalArgumentException(
            "memoryLimitBytes must be at least " + MIN_MEMORY_LIMIT_BYTES + ", but is " + value);
      }
      this.memoryLimitBytes = value;
      return this;
    }

    /** Default: the table's {@code write.target-file-size-bytes}. */
    public Builder targetFileBytes(long value) {
      if (value <= 0) {
        throw new IllegalArgumentException("targetFileBytes must be positive, but is " + value);
      }
      this.targetFileBytes = OptionalLong.of(value);
      return this;
    }

    /** Default {@link WriterOptions#DEFAULT_BLOCK_TIMEOUT}; zero to never wait. */
    public Builder blockTimeout(Duration value) {
      this.blockTimeout = notNegative("blockTimeout", value);
      return this;
    }

    /** Default {@link WriterOptions#DEFAULT_COMMIT_TIMEOUT}. */
    public Builder commitTimeout(Duration value) {
      this.commitTimeout = notNegative("commitTimeout", value);
      return this;
    }

    /** Default {@link WriterOptions#DEFAULT_CLOSE_TIMEOUT}. */
    public Builder closeTimeout(Duration value) {
      this.closeTimeout = notNegative("closeTimeout", value);
      return this;
    }

    /** Default {@link WriterOptions#DEFAULT_MAX_COMMITS_IN_FLIGHT}. */
    public Builder maxCommitsInFlight(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("maxCommitsInFlight must be positive, but is " + value);
      }
      this.maxCommitsInFlight = value;
      return this;
    }

    /** Default {@link LostTokenPolicy#fail()}. */
    public Builder lostTokenPolicy(LostTokenPolicy value) {
      this.lostTokenPolicy = Objects.requireNonNull(value, "lostTokenPolicy");
      return this;
    }

    /** Default {@link RollbackPolicy#FAIL}. */
    public Builder rollbackPolicy(RollbackPolicy value) {
      this.rollbackPolicy = Objects.requireNonNull(value, "rollbackPolicy");
      return this;
    }

    /**
     * Whether the writer, behind every 60 of its commits or once an hour, lets go of the snapshots
     * that the table's own {@code history.expire.*} properties let go, and deletes the files that
     * only they needed. Default false: somebody else does, for instance a nightly job of another
     * engine. At a commit every few seconds somebody must, because each commit writes the list of
     * all snapshots anew. Never takes the token of another stream.
     */
    public Builder expireSnapshots(boolean value) {
      this.expireSnapshots = value;
      return this;
    }

    /**
     * The application's own threads for encoding, sealing and committing; it also shuts them down.
     * Writers may share them: they take turns column by column.
     */
    public Builder executor(Executor value) {
      this.executor = Objects.requireNonNull(value, "executor");
      return this;
    }

    /** The application's own scheduler; it also shuts it down. */
    public Builder scheduler(ScheduledExecutorService value) {
      this.scheduler = Objects.requireNonNull(value, "scheduler");
      return this;
    }

    /** Default the system's. */
    public Builder clock(Clock value) {
      this.clock = Objects.requireNonNull(value, "clock");
      return this;
    }

    /** Default nobody. */
    public Builder listener(WriterListener value) {
      this.listener = Objects.requireNonNull(value, "listener");
      return this;
    }

    /**
     * The options so far; the builder may be used on.
     *
     * @throws IllegalArgumentException if there is an order column, or row ids are to be preserved,
     *     but there is no key or no index
     */
    public WriterOptions build() {
      if (rowLineage == RowLineage.PRESERVE && key == null) {
        throw new IllegalArgumentException(
            "RowLineage.PRESERVE gives a row the id of the one that its key has, but there is no"
                + " key: declare one with upsertBy, or use RowLineage.NEW");
      }
      if (rowLineage == RowLineage.PRESERVE && deleteMode == DeleteMode.EQUALITY_DELETES) {
        throw new IllegalArgumentException(
            "RowLineage.PRESERVE gives a row the id of the one that its key has, which nobody looks"
                + " for with DeleteMode.EQUALITY_DELETES: use DeleteMode.AUTO, or RowLineage.NEW");
      }
      if (orderColumn != null && key == null) {
        throw new IllegalArgumentException(
            "orderBy says which change of a key is newer, but there is no key: declare one with"
                + " upsertBy, or do not order by "
                + orderColumn);
      }
      if (orderColumn != null && deleteMode == DeleteMode.EQUALITY_DELETES) {
        throw new IllegalArgumentException(
            "orderBy compares a change with the row that its key has, which nobody looks for with"
                + " DeleteMode.EQUALITY_DELETES: use DeleteMode.AUTO, or do not order by "
                + orderColumn);
      }
      return new WriterOptions(new Builder(this));
    }

    /** Tables keep names as UTF-8: half a surrogate pair comes back as another name. */
    private static void requireUnicode(String name, String value) {
      if (!CommitToken.isUnicode(value)) {
        throw new IllegalArgumentException(
            name + " must be Unicode, but half of a surrogate pair is in \"" + value + "\"");
      }
    }

    private static Duration notNegative(String name, Duration value) {
      Objects.requireNonNull(value, name);
      if (value.isNegative()) {
        throw new IllegalArgumentException(name + " must not be negative, but is " + value);
      }
      return value;
    }
  }
}
