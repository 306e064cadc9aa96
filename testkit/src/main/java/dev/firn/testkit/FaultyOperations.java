package dev.firn.testkit;

import java.util.Objects;
import java.util.function.Supplier;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * Table operations of a metastore catalog with faults in front of them.
 *
 * <p>Metadata objects pass through untouched: metastore operations compare the base of a commit
 * with their own current object by identity, so a copy would be refused as stale. A delayed request
 * arrives through operations loaded anew, and is applied only if the metadata file that it was
 * built on is still the current one: that is the CAS that the catalog would make.
 */
public final class FaultyOperations implements TableOperations {

  private final TableOperations delegate;
  private final FaultPlan plan;
  private final FileIO io;
  private final @Nullable Supplier<TableOperations> fresh;

  /**
   * @param fresh loads operations of the same table as another process would; for delayed requests
   */
  public FaultyOperations(
      TableOperations delegate, FaultPlan plan, Supplier<TableOperations> fresh) {
    this(delegate, plan, FaultyFileIO.over(delegate.io(), plan), fresh);
  }

  private FaultyOperations(
      TableOperations delegate,
      FaultPlan plan,
      FileIO io,
      @Nullable Supplier<TableOperations> fresh) {
    this.delegate = delegate;
    this.plan = plan;
    this.io = io;
    this.fresh = fresh;
  }

  @Override
  public TableMetadata current() {
    return delegate.current();
  }

  @Override
  public TableMetadata refresh() {
    Fault fault = plan.next(Call.REFRESH);
    if (fault == null) {
      return delegate.refresh();
    }
    plan.tookEffect(fault);
    if (fault == Fault.STALE_READ) {
      return delegate.current();
    }
    throw new ServiceUnavailableException("Injected: metadata cannot be read");
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    Fault fault = plan.next(Call.COMMIT);
    if (fault == null) {
      delegate.commit(base, metadata);
      return;
    }
    switch (fault) {
      case REFUSED -> {
        plan.tookEffect(fault);
        throw new CommitFailedException("Injected: refused");
      }
      case UNKNOWN_NOT_APPLIED -> {
        plan.tookEffect(fault);
        throw unknown();
      }
      case ERROR_NOT_APPLIED -> {
        plan.tookEffect(fault);
        throw new InjectedException("Injected: the connection broke before the commit");
      }
      case DIED_BEFORE_COMMIT -> {
        plan.tookEffect(fault);
        throw new ProcessDied(fault);
      }
      case DELAYED -> {
        plan.tookEffect(fault);
        plan.delay(() -> arrive(base, metadata));
        throw unknown();
      }
      case SLOW_COMMIT -> {
        plan.tookEffect(fault);
        plan.beSlow();
        plan.letOthersWork();
        delegate.commit(base, metadata);
      }
      default -> {
        // Applied, and then the answer is lost or false. Losing the CAS is an honest answer.
        delegate.commit(base, metadata);
        plan.tookEffect(fault);
        plan.letOthersWork();
        switch (fault) {
          case APPLIED_BUT_REFUSED ->
              throw new CommitFailedException("Injected: refused, although it was applied");
          case UNKNOWN_APPLIED -> throw unknown();
          case ERROR_APPLIED ->
              throw new InjectedException("Injected: the connection broke after the commit");
          default -> throw new ProcessDied(fault);
        }
      }
    }
  }

  private static CommitStateUnknownException unknown() {
    return new CommitStateUnknownException(new InjectedException("Injected: no answer"));
  }

  private boolean arrive(TableMetadata base, TableMetadata metadata) {
    if (fresh == null) {
      return false;
    }
    try {
      TableOperations others = fresh.get();
      TableMetadata now = others.current();
      if (now == null
          || !Objects.equals(now.metadataFileLocation(), base.metadataFileLocation())
          || !Objects.equals(now.uuid(), base.uuid())) {
        return false;
      }
      others.commit(now, metadata);
      return true;
    } catch (CommitFailedException | NoSuchTableException e) {
      return false;
    }
  }

  @Override
  public FileIO io() {
    return io;
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

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return new FaultyOperations(delegate.temp(uncommitted), plan, io, null);
  }

  @Override
  public long newSnapshotId() {
    return delegate.newSnapshotId();
  }

  @Override
  public boolean requireStrictCleanup() {
    return delegate.requireStrictCleanup();
  }

  /** Neither a commit exception nor cleanable: what drivers and HTTP clients throw. */
  public static final class InjectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InjectedException(String message) {
      super(message);
    }
  }
}
