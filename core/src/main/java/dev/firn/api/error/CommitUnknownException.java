package dev.firn.api.error;

import org.jspecify.annotations.Nullable;

/**
 * Nobody can say yet whether this commit is in the table: the catalog did not answer before the
 * deadline. Nothing was deleted. Reopen the writer and ask {@code committed()}; a replay is
 * harmless.
 *
 * @since 0.1
 */
public final class CommitUnknownException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String commitId;

  public CommitUnknownException(String message, String commitId, @Nullable Throwable cause) {
    super(message, cause);
    this.commitId = commitId;
  }

  /** The id that the snapshot bears as {@code firn.commit-id} if it landed; may be empty. */
  public String commitId() {
    return commitId;
  }
}
