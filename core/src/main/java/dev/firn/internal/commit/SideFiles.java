package dev.firn.internal.commit;

import dev.firn.api.error.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * The few small files that the commit path keeps in a table's metadata folder: token maps that are
 * too long for a summary, and intents. No rows.
 */
final class SideFiles {

  private SideFiles() {}

  static void write(FileIO io, String location, byte[] bytes) {
    try (OutputStream out = io.newOutputFile(location).create()) {
      out.write(bytes);
    } catch (IOException | RuntimeIOException e) {
      throw new StorageException("Cannot write " + location + ": " + e.getMessage(), location, e);
    }
  }

  /** All bytes of the file; one that is longer than {@code limit} is refused. */
  static byte[] read(FileIO io, String location, int limit) {
    InputFile file = io.newInputFile(location);
    long length = file.getLength();
    if (length > limit) {
      throw TokenMap.unreadable(location + " has " + length + " bytes", null);
    }
    try (SeekableInputStream in = file.newStream()) {
      return in.readNBytes(limit);
    } catch (IOException | RuntimeIOException e) {
      throw new StorageException("Cannot read " + location + ": " + e.getMessage(), location, e);
    }
  }
}
