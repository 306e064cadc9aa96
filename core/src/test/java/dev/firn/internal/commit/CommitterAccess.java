package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.WriterOptions;
import dev.firn.internal.stage.Replacements;
import dev.firn.testkit.Safety;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** What the commit simulation needs of this room and users do not: waits that do not wait. */
public final class CommitterAccess {

  /** What a snapshot's token map says of one stream. */
  public record Token(
      long epoch,
      UUID owner,
      long number,
      UUID commitId,
      CommitToken positions,
      Map<String, Long> generations) {}

  private CommitterAccess() {}

  /** A committer that only appends and never sleeps: {@code waits} hears of each wait. */
  public static SnapshotCommitter open(
      Table table, WriterOptions options, Consumer<Duration> waits) {
    return open(table, options, Replacements.NONE, waits);
  }

  /** As the other, for commits that take rows away too. */
  public static SnapshotCommitter open(
      Table table, WriterOptions options, Replacements replacements, Consumer<Duration> waits) {
    return open(table, options, replacements, waits, new CommitterParts());
  }

  /** As the one before, but one of its safeties is missing. */
  public static SnapshotCommitter open(
      Table table,
      WriterOptions options,
      Replacements replacements,
      Consumer<Duration> waits,
      Safety without) {
    return open(table, options, replacements, waits, new WeakenedParts(without));
  }

  /** As the one before, but all deletion vectors of a commit lie in one file. */
  public static SnapshotCommitter openWithSharedVectorFile(
      Table table, WriterOptions options, Replacements replacements, Consumer<Duration> waits) {
    return open(table, options, replacements, waits, new SharedVectorFile());
  }

  private static SnapshotCommitter open(
      Table table,
      WriterOptions options,
      Replacements replacements,
      Consumer<Duration> waits,
      CommitterParts parts) {
    return SnapshotCommitter.open(table, options, replacements, new SimulatedPause(waits), parts);
  }

  /** The map that a snapshot itself carries, inline or in a file; null if it carries none. */
  public static @Nullable Map<String, Token> tokens(Snapshot snapshot, FileIO io) {
    Optional<TokenMap> map = new TokenFiles(() -> io, name -> name).tokens(snapshot);
    if (map.isEmpty()) {
      return null;
    }
    Map<String, Token> tokens = new TreeMap<>();
    map.get()
        .streams()
        .forEach(
            (stream, token) ->
                tokens.put(
                    stream,
                    new Token(
                        token.epoch(),
                        token.owner(),
                        token.number(),
                        token.commitId(),
                        token.positions(),
                        token.generations())));
    return tokens;
  }

  /** The nearest snapshot that carries a map, from {@code start} on back; null if there is none. */
  public static @Nullable Snapshot carrier(
      TableMetadata metadata, @Nullable Snapshot start, FileIO io) {
    Snapshot at = start;
    while (at != null && tokens(at, io) == null) {
      at = TokenLedger.parent(metadata, at);
    }
    return at;
  }

  /** A map as text, for committers that are made to break the protocol. */
  public static String encode(Map<String, Token> tokens) {
    TokenMap map = TokenMap.EMPTY;
    for (Map.Entry<String, Token> entry : tokens.entrySet()) {
      Token token = entry.getValue();
      map =
          map.with(
              entry.getKey(),
              new StreamToken(
                  token.epoch,
                  token.owner,
                  token.number,
                  token.commitId,
                  token.positions,
                  token.generations));
    }
    return map.encode();
  }

  /** Commits a rewrite of files in simulated time. */
  public static void rewrite(Table table, FilesRewritten.Plan plan, Consumer<Duration> waits) {
    FilesRewritten.commit(table, plan, Duration.ofSeconds(30), new SimulatedPause(waits));
  }

  /** Whether a snapshot is Firn's, but no stream's: then it has the rows of its parent. */
  public static boolean isUpkeep(Snapshot snapshot) {
    return snapshot.summary().containsKey(TokenLedger.COMMIT_ID)
        && !snapshot.summary().containsKey(TokenLedger.STREAM);
  }

  private static final class SimulatedPause implements Pause {

    /** Fixed, whatever was asked for: the committer's jitter must not change a seed's run. */
    private static final Duration WAIT = Duration.ofMillis(700);

    private final Consumer<Duration> waits;
    private long nanos;

    SimulatedPause(Consumer<Duration> waits) {
      this.waits = waits;
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public void sleep(Duration duration) {
      nanos += WAIT.toNanos();
      waits.accept(WAIT);
    }
  }
}
