package dev.firn.proofs.crash;

import dev.firn.internal.local.LocalFileIO;
import dev.firn.proofs.crash.Trace.Phase;
import java.util.Map;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Local files of a child process that say in the {@link Trace} when a data file, and after it a
 * file of metadata, is begun. Made by the catalog, by its class name; so the trace is the
 * process's.
 */
public final class TracedFiles implements SupportsBulkOperations, SupportsPrefixOperations {

  private static final long serialVersionUID = 1L;

  /** The trace of this process, and whether the first data file says that sealing has begun. */
  private record Watch(Trace trace, boolean sealing) {}

  private static volatile Watch watch;

  private final LocalFileIO files = new LocalFileIO();

  /**
   * From now on, files are noted in {@code trace}.
   *
   * @param sealing whether a data file says so; where files are sealed long before the commit, that
   *     would be nearly always, and only the attempt to commit is noted
   */
  static void watch(Trace trace, boolean sealing) {
    watch = new Watch(trace, sealing);
  }

  private static void begun(String location) {
    Watch now = watch;
    if (now == null) {
      return;
    }
    if (!location.contains("/data/")) {
      now.trace().advance(now.sealing() ? Phase.SEALING : Phase.QUIET, Phase.COMMITTING);
    } else if (now.sealing()) {
      now.trace().advance(Phase.QUIET, Phase.SEALING);
    }
  }

  @Override
  public void initialize(Map<String, String> properties) {
    files.initialize(properties);
  }

  @Override
  public Map<String, String> properties() {
    return files.properties();
  }

  @Override
  public InputFile newInputFile(String location) {
    return files.newInputFile(location);
  }

  @Override
  public InputFile newInputFile(String location, long length) {
    return files.newInputFile(location, length);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new TracedOutput(files.newOutputFile(location));
  }

  @Override
  public void deleteFile(String location) {
    files.deleteFile(location);
  }

  @Override
  public void deleteFiles(Iterable<String> locations) {
    files.deleteFiles(locations);
  }

  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    return files.listPrefix(prefix);
  }

  @Override
  public void deletePrefix(String prefix) {
    files.deletePrefix(prefix);
  }

  private record TracedOutput(OutputFile file) implements OutputFile {

    @Override
    public PositionOutputStream create() {
      begun(location());
      return file.create();
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      begun(location());
      return file.createOrOverwrite();
    }

    @Override
    public String location() {
      return file.location();
    }

    @Override
    public InputFile toInputFile() {
      return file.toInputFile();
    }
  }
}
