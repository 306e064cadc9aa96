package dev.firn.internal.local;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * A local file to read. Opened as a {@link RandomAccessFile} and not as a channel: a channel is
 * closed under its reader when the thread is interrupted, and the interrupt of a waiting writer
 * would come out as a broken manifest.
 */
final class LocalInput implements InputFile {

  static final long UNKNOWN_LENGTH = -1;

  private final String location;
  private final Path path;
  private final long knownLength;

  LocalInput(String location, Path path, long knownLength) {
    this.location = location;
    this.path = path;
    this.knownLength = knownLength;
  }

  @Override
  public long getLength() {
    if (knownLength >= 0) {
      return knownLength;
    }
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      throw new NotFoundException(e, "File does not exist: %s", location);
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot read the length of %s", location);
    }
  }

  @Override
  public SeekableInputStream newStream() {
    try {
      return new Stream(location, new RandomAccessFile(path.toFile(), "r"));
    } catch (FileNotFoundException e) {
      // Also thrown for a directory and for missing rights; only a missing file is "not found".
      if (Files.notExists(path)) {
        throw new NotFoundException(e, "File does not exist: %s", location);
      }
      throw new RuntimeIOException(e, "Cannot open %s", location);
    }
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public boolean exists() {
    return Files.isRegularFile(path);
  }

  @Override
  public String toString() {
    return location;
  }

  private static final class Stream extends SeekableInputStream implements RangeReadable {

    private final String location;
    private final RandomAccessFile file;

    Stream(String location, RandomAccessFile file) {
      this.location = location;
      this.file = file;
    }

    @Override
    public long getPos() throws IOException {
      return file.getFilePointer();
    }

    @Override
    public void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public int read() throws IOException {
      return file.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return file.read(bytes, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
      long from = file.getFilePointer();
      long to = Math.min(file.length(), from + Math.max(0, count));
      file.seek(Math.max(from, to));
      return Math.max(0, to - from);
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      long before = file.getFilePointer();
      file.seek(position);
      int done = 0;
      while (done < length) {
        int count = file.read(bytes, offset + done, length - done);
        if (count < 0) {
          throw new EOFException(
              "File " + location + " ends before byte " + (position + length) + " that was asked");
        }
        done += count;
      }
      file.seek(before);
    }

    @Override
    public int readTail(byte[] bytes, int offset, int length) throws IOException {
      int count = (int) Math.min(length, file.length());
      readFully(file.length() - count, bytes, offset, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
