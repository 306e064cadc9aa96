package dev.firn.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Any file access with faults in front of it: by the plan (the n-th create, write, close, open or
 * delete fails, is slow, or is the last thing the process does), read-only, or full after so many
 * bytes. Remembers what was created and deleted through it. Thread-safe.
 */
public class FaultyFileIO implements SupportsBulkOperations {

  private static final long serialVersionUID = 1L;

  private final FileIO delegate;
  private final transient FaultPlan plan;
  private final AtomicLong bytesWritten = new AtomicLong();
  private final List<String> created = new ArrayList<>();
  private final List<String> deleted = new ArrayList<>();
  private volatile boolean readOnly;
  private volatile long bytesLimit = Long.MAX_VALUE;

  FaultyFileIO(FileIO delegate, FaultPlan plan) {
    this.delegate = delegate;
    this.plan = plan;
  }

  /** Lists by prefix if {@code delegate} does. */
  public static FaultyFileIO over(FileIO delegate, FaultPlan plan) {
    return delegate instanceof SupportsPrefixOperations prefix
        ? new WithPrefixes(prefix, plan)
        : new FaultyFileIO(delegate, plan);
  }

  /** From now on nothing can be created or deleted, or again it can. */
  public FaultyFileIO readOnly(boolean value) {
    readOnly = value;
    return this;
  }

  /** The disk is full once {@code bytes} more were written. */
  public FaultyFileIO fullAfter(long bytes) {
    bytesLimit = bytes == Long.MAX_VALUE ? bytes : bytesWritten.get() + bytes;
    return this;
  }

  /** Bytes written through this, whether their file was finished or not. */
  public long bytesWritten() {
    return bytesWritten.get();
  }

  /** Files that were opened for writing, in order. */
  public List<String> created() {
    synchronized (created) {
      return List.copyOf(created);
    }
  }

  /** Files whose deletion went through, in order. */
  public List<String> deleted() {
    synchronized (deleted) {
      return List.copyOf(deleted);
    }
  }

  /** Draws the fault of one call; returns if the call may go on. */
  void check(Call call, Fault failing, String location) throws IOException {
    Fault fault = plan.next(call);
    if (fault == null) {
      return;
    }
    if (fault == Fault.SLOW_FILE) {
      plan.tookEffect(fault);
      plan.beSlow();
    } else if (fault == Fault.DIED_AT_FILE) {
      plan.tookEffect(fault);
      throw new ProcessDied(fault);
    } else if (fault == failing) {
      plan.tookEffect(fault);
      throw new IOException("Injected: " + fault + " at " + location);
    }
  }

  private void checkUnchecked(Call call, Fault failing, String location) {
    try {
      check(call, failing, location);
    } catch (IOException e) {
      throw new RuntimeIOException(
          e, "Cannot %s %s", call.name().toLowerCase(Locale.ROOT), location);
    }
  }

  @Override
  public InputFile newInputFile(String location) {
    return new FaultyInput(delegate.newInputFile(location));
  }

  @Override
  public InputFile newInputFile(String location, long length) {
    return new FaultyInput(delegate.newInputFile(location, length));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new FaultyOutput(this, delegate.newOutputFile(location));
  }

  void beginCreate(String location) {
    if (readOnly) {
      throw new RuntimeIOException("Cannot create %s: read-only file system", location);
    }
    checkUnchecked(Call.CREATE, Fault.CREATE_FAILS, location);
    synchronized (created) {
      created.add(location);
    }
  }

  /** Takes room for {@code bytes}, or as many of them as there is room for. */
  int takeRoom(int bytes) {
    long after = bytesWritten.addAndGet(bytes);
    long over = Math.max(0, Math.min(bytes, after - bytesLimit));
    bytesWritten.addAndGet(-over);
    return (int) (bytes - over);
  }

  @Override
  public void deleteFile(String location) {
    if (readOnly) {
      throw new RuntimeIOException("Cannot delete %s: read-only file system", location);
    }
    checkUnchecked(Call.DELETE, Fault.DELETE_FAILS, location);
    delegate.deleteFile(location);
    synchronized (deleted) {
      deleted.add(location);
    }
  }

  /** One by one, so that each deletion can fail. */
  @Override
  public void deleteFiles(Iterable<String> locations) throws BulkDeletionFailureException {
    int failed = 0;
    for (String location : locations) {
      try {
        deleteFile(location);
      } catch (RuntimeException e) {
        failed++;
      }
    }
    if (failed > 0) {
      throw new BulkDeletionFailureException(failed);
    }
  }

  @Override
  public Map<String, String> properties() {
    return delegate.properties();
  }

  @Override
  public void close() {
    delegate.close();
  }

  private final class FaultyInput implements InputFile {

    private final InputFile input;

    FaultyInput(InputFile input) {
      this.input = input;
    }

    @Override
    public long getLength() {
      return input.getLength();
    }

    @Override
    public SeekableInputStream newStream() {
      checkUnchecked(Call.READ, Fault.READ_FAILS, location());
      return input.newStream();
    }

    @Override
    public String location() {
      return input.location();
    }

    @Override
    public boolean exists() {
      return input.exists();
    }
  }

  private static final class WithPrefixes extends FaultyFileIO implements SupportsPrefixOperations {

    private static final long serialVersionUID = 1L;

    private final SupportsPrefixOperations prefixes;

    WithPrefixes(SupportsPrefixOperations delegate, FaultPlan plan) {
      super(delegate, plan);
      this.prefixes = delegate;
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
      return prefixes.listPrefix(prefix);
    }

    @Override
    public void deletePrefix(String prefix) {
      for (FileInfo file : prefixes.listPrefix(prefix)) {
        deleteFile(file.location());
      }
    }
  }
}
