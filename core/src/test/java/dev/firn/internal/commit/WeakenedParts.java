package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.WriterOptions;
import dev.firn.testkit.Safety;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** A committer's parts, all but one of them as they are. */
final class WeakenedParts extends CommitterParts {

  private final Safety without;

  WeakenedParts(Safety without) {
    this.without = without;
  }

  @Override
  TokenLedger ledger(WriterOptions options, TokenFiles files) {
    return switch (without) {
      case COMMIT_ID -> new Forgetful(options, files);
      case CARRY_FORWARD -> new Selfish(options, files);
      default -> super.ledger(options, files);
    };
  }

  @Override
  StreamState state(WriterOptions options, String tableName, TokenLedger ledger) {
    return switch (without) {
      case CAS -> new Credulous(options, tableName, ledger);
      case EPOCH -> new Unfenced(options, tableName, ledger);
      default -> super.state(options, tableName, ledger);
    };
  }

  /** Does not know its own commits again. */
  private static final class Forgetful extends TokenLedger {
    Forgetful(WriterOptions options, TokenFiles files) {
      super(options.streamId(), options.branch(), files);
    }

    @Override
    @Nullable Snapshot find(TableMetadata metadata, UUID commitId) {
      return null;
    }

    @Override
    boolean isNewest(TableMetadata metadata, UUID commitId) {
      return false;
    }
  }

  /** Sees no stream but its own, and so carries no other. */
  private static final class Selfish extends TokenLedger {
    private final String stream;

    Selfish(WriterOptions options, TokenFiles files) {
      super(options.streamId(), options.branch(), files);
      this.stream = options.streamId();
    }

    @Override
    BranchTokens read(TableMetadata metadata) {
      BranchTokens all = super.read(metadata);
      TokenMap own =
          all.map()
              .get(stream)
              .map(token -> TokenMap.EMPTY.with(stream, token))
              .orElse(TokenMap.EMPTY);
      return new BranchTokens(own, all.removed(), all.carrier(), all.depth(), all.end());
    }
  }

  /** Takes a batch's word for where the table is. */
  private static final class Credulous extends StreamState {
    Credulous(WriterOptions options, String tableName, TokenLedger ledger) {
      super(options, tableName, ledger);
    }

    @Override
    CommitToken accepted(CommitToken table, Map<String, @Nullable Position> starts) {
      Map<String, Position> positions = new TreeMap<>(table.positions());
      starts.forEach(
          (source, start) -> {
            if (start == null) {
              positions.remove(source);
            } else {
              positions.put(source, start);
            }
          });
      return CommitToken.of(positions);
    }
  }

  /** Goes on whoever has opened the stream since. */
  private static final class Unfenced extends StreamState {
    Unfenced(WriterOptions options, String tableName, TokenLedger ledger) {
      super(options, tableName, ledger);
    }

    @Override
    StreamToken checkOwner(StreamToken token) {
      return token.ownedBy(epoch(), owner());
    }
  }
}
