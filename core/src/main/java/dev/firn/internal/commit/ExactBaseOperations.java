package dev.firn.internal.commit;

import dev.firn.api.error.TableGoneException;
import dev.firn.internal.commit.AttemptFailure.Kind;
import java.util.Locale;
import java.util.Objects;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A table's operations with the base held fast: {@link #current()} and {@link #refresh()} answer
 * the pinned metadata, and each {@link #arm() armed} attempt makes exactly one catalog call.
 *
 * <p>Iceberg's own retry keeps one snapshot id over all attempts of a {@code commit()}. When a
 * catalog applied a commit but answered "failed", that retry meets its own snapshot, takes it for a
 * rollback and silently drops what others committed on top, or deletes manifests of the committed
 * snapshot. Here neither can happen: failures leave as {@link AttemptFailure}, on which Iceberg
 * neither retries nor cleans up, and a new attempt is a new operation with a new snapshot id.
 *
 * <p>One instance per committer; one thread at a time.
 */
final class ExactBaseOperations implements TableOperations {

  private final TableOperations delegate;
  private final String tableName;
  private final String uuid;

  /** Written by the committing thread; others may look at it meanwhile. */
  private volatile TableMetadata pinned;

  private boolean stale;
  private boolean armed;
  private boolean called;
  private @Nullable TableMetadata sent;

  /** Starts from what {@code delegate} has in hand; {@link #pin()} is due before an attempt. */
  ExactBaseOperations(TableOperations delegate, String tableName) {
    this.delegate = delegate;
    this.tableName = tableName;
    TableMetadata now;
    try {
      now = delegate.current();
    } catch (NoSuchTableException e) {
      throw gone("It was dropped", e);
    }
    if (now == null) {
      throw gone("It does not exist", null);
    }
    this.pinned = now;
    this.uuid = now.uuid();
    this.stale = true;
  }

  /** The metadata that attempts are built on. */
  TableMetadata pinned() {
    return pinned;
  }

  /** Whether the pinned metadata is known to be outdated, so that {@link #pin()} is due. */
  boolean stale() {
    return stale;
  }

  /**
   * Pins what the catalog shows now.
   *
   * @throws TableGoneException if the table was dropped, or another one has taken its name
   */
  TableMetadata pin() {
    stale = true;
    TableMetadata now;
    try {
      now = delegate.refresh();
    } catch (NoSuchTableException e) {
      throw gone("It was dropped", e);
    } catch (IllegalStateException e) {
      throw replaced(e) ? gone("Another table has taken its name", e) : e;
    }
    if (now == null) {
      throw gone("It was dropped", null);
    }
    if (!uuid.equals(now.uuid())) {
      throw gone("Another table (" + now.uuid() + ") has taken its name", null);
    }
    pinned = now;
    stale = false;
    return now;
  }

  /**
   * For files that are missing: a catalog may go on showing a table that was dropped with its
   * files. Or the answer was old, and the file has made room for newer ones: so it is asked again.
   *
   * @throws TableGoneException if the newest metadata's own file is missing too
   */
  void requireMetadataFile() {
    String location = pinned.metadataFileLocation();
    if (location == null || exists(location)) {
      return;
    }
    TableMetadata again;
    try {
      again = pin();
    } catch (TableGoneException e) {
      throw e;
    } catch (RuntimeException e) {
      return; // nobody can say
    }
    if (location.equals(again.metadataFileLocation())) {
      throw gone("It was dropped and its files deleted", null);
    }
  }

  private boolean exists(String location) {
    try {
      return io().newInputFile(location).exists();
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** The next attempt is to {@link #pin()} first. */
  void outdated() {
    stale = true;
  }

  /** Allows one catalog call. */
  void arm() {
    armed = true;
    called = false;
    sent = null;
  }

  /** Whether the catalog was called since the last {@link #arm()}. */
  boolean called() {
    return called;
  }

  /** The metadata of the last call, whether it landed or not. */
  TableMetadata sent() {
    return Objects.requireNonNull(sent, "nothing was sent");
  }

  @Override
  public TableMetadata current() {
    return pinned;
  }

  @Override
  public TableMetadata refresh() {
    return pinned;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    if (!armed || base != pinned) {
      throw new IllegalStateException("Only one commit on the pinned base of " + tableName);
    }
    armed = false;
    called = true;
    sent = metadata;
    stale = true;
    try {
      delegate.commit(base, metadata);
    } catch (CommitFailedException e) {
      throw new AttemptFailure(Kind.CONFLICT, e);
    } catch (NoSuchTableException e) {
      throw gone("It was dropped", e);
    } catch (ForbiddenException | NotAuthorizedException | BadRequestException e) {
      throw new AttemptFailure(Kind.REJECTED, e);
    } catch (IllegalStateException e) {
      throw replaced(e)
          ? gone("Another table has taken its name", e)
          : new AttemptFailure(Kind.UNKNOWN, e);
    } catch (RuntimeException e) {
      throw new AttemptFailure(Kind.UNKNOWN, e);
    }
    showCommitted(metadata);
  }

  /** The commit has landed; nothing that fails from here on may make it look otherwise. */
  @SuppressWarnings("CatchingUnchecked")
  private void showCommitted(TableMetadata committed) {
    pinned = committed;
    try {
      TableMetadata now = delegate.current();
      if (now != null && uuid.equals(now.uuid())) {
        // The catalog's own object: metastore operations compare bases by identity.
        pinned = now;
        stale = false;
      }
    } catch (RuntimeException e) {
      // The next attempt pins anew, and says what is wrong then.
      stale = true;
    }
  }

  /** Whether a catalog says with {@code answer} that another table has taken the name. */
  static boolean replaced(RuntimeException answer) {
    String message = answer.getMessage();
    return answer instanceof IllegalStateException
        && message != null
        && message.toLowerCase(Locale.ROOT).contains("uuid does not match");
  }

  private TableGoneException gone(String how, @Nullable Throwable cause) {
    return new TableGoneException(
        "Table " + tableName + " is gone. " + how + ". Open a writer on the table there is now.",
        tableName,
        cause);
  }

  @Override
  public FileIO io() {
    return delegate.io();
  }

  @Override
  public EncryptionManager encryption() {
    return delegate.encryption();
  }

  @Override
  public String metadataFileLocation(String fileName) {
    return delegate.metadataFileLocation(fileName);
  }

  @Override
  public LocationProvider locationProvider() {
    return delegate.locationProvider();
  }

  /** Forwarded: the default would answer {@code this}, which sees nothing uncommitted. */
  @Override
  public TableOperations temp(TableMetadata uncommittedMetadata) {
    return delegate.temp(uncommittedMetadata);
  }

  @Override
  public long newSnapshotId() {
    return delegate.newSnapshotId();
  }

  /** Iceberg must not clean up after a failure whose outcome it cannot know. */
  @Override
  public boolean requireStrictCleanup() {
    return true;
  }
}
