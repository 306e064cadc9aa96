package dev.firn.api;

/**
 * What a running writer does when the table's token has gone back behind what it had committed:
 * somebody rolled the table back. Never automatic by default, for the rollback had a reason.
 *
 * @since 0.1
 */
public enum RollbackPolicy {
  /**
   * Stop with {@link dev.firn.api.error.StaleTokenException}; a reopened writer resumes from the
   * table's token.
   */
  FAIL,

  /**
   * Accept the gap: commit the next batch on top, under its own positions, although the rows that
   * were rolled back are not in the table any more.
   */
  SKIP
}
