package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;

/**
 * The parts in which a committer's safety lies. Not final, nor are they: simulations take one
 * safety away at a time, and must notice.
 */
class CommitterParts {

  TokenLedger ledger(WriterOptions options, TokenFiles files) {
    return new TokenLedger(options.streamId(), options.branch(), files);
  }

  StreamState state(WriterOptions options, String tableName, TokenLedger ledger) {
    return new StreamState(options, tableName, ledger);
  }

  DeleteFileWrites deleteFiles(ExactBaseOperations operations, WriterOptions options) {
    return new DeleteFileWrites(operations, options);
  }
}
