package dev.firn.internal.local;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/** A local file to write; see {@link LocalFileIO} for what survives a crash. */
final class LocalOutput implements OutputFile {

  private final String location;
  private final Path path;
  private final boolean sync;

  LocalOutput(String location, Path path, boolean sync) {
    this.location = location;
    this.path = path;
    this.sync = sync;
  }

  @Override
  public PositionOutputStream create() {
    try {
      return open(path, null);
    } catch (FileAlreadyExistsException e) {
      throw new AlreadyExistsException(e, "File already exists: %s", location);
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot create file %s", location);
    }
  }

  @Override
  public PositionOutputStream createOrOverwrite() {
    try {
      return open(path, null);
    } catch (FileAlreadyExistsException e) {
      // Written beside and put in its place by close.
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot create file %s", location);
    }
    try {
      return open(path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID()), path);
    } catch (IOException e) {
      throw new RuntimeIOException(e, "Cannot overwrite file %s", location);
    }
  }

  private Stream open(Path target, @Nullable Path replaced) throws IOException {
    Path directory = target.getParent();
    if (directory == null) {
      throw new IOException("It is a root directory");
    }
    LocalSync.createDirectories(directory, sync);
    Files.createFile(target);
    return new Stream(target, replaced, sync, new FileOutputStream(target.toFile()));
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public InputFile toInputFile() {
    return new LocalInput(location, path, LocalInput.UNKNOWN_LENGTH);
  }

  @Override
  public String toString() {
    return location;
  }

  static final class Stream extends PositionOutputStream {

    /** Avro and Jackson buffer themselves; this catches the few single bytes of file formats. */
    private static final int BUFFER_BYTES = 8 << 10;

    private final Path target;
    private final @Nullable Path replaced;
    private final boolean sync;
    private final FileOutputStream file;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private long position;
    private boolean closed;
    private @Nullable IOException failure;

    Stream(Path target, @Nullable Path replaced, boolean sync, FileOutputStream file) {
      this.target = target;
      this.replaced = replaced;
      this.sync = sync;
      this.file = file;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      checkUsable();
      if (buffered == BUFFER_BYTES) {
        drain();
      }
      buffer[buffered++] = (byte) value;
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      checkUsable();
      if (length > BUFFER_BYTES - buffered) {
        drain();
      }
      if (length >= BUFFER_BYTES) {
        try {
          file.write(bytes, offset, length);
        } catch (IOException e) {
          throw broken(e);
        }
      } else {
        System.arraycopy(bytes, offset, buffer, buffered, length);
        buffered += length;
      }
      position += length;
    }

    @Override
    public void flush() throws IOException {
      checkUsable();
      drain();
    }

    private void drain() throws IOException {
      try {
        file.write(buffer, 0, buffered);
        buffered = 0;
      } catch (IOException e) {
        throw broken(e);
      }
    }

    private void checkUsable() throws IOException {
      if (closed) {
        throw new IOException("Stream of " + target + " is closed");
      }
      if (failure != null) {
        throw new IOException("An earlier write to " + target + " failed", failure);
      }
    }

    private IOException broken(IOException e) {
      failure = e;
      return e;
    }

    /**
     * Returns once the file is complete and, if asked for, on disk. If a write failed, or this
     * fails, the file is removed (its bytes may be what filled the disk) and nothing is replaced.
     */
    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      try {
        flush();
        if (sync) {
          file.getFD().sync();
        }
        closed = true;
        file.close();
        if (replaced != null) {
          Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
        }
        if (sync) {
          LocalSync.directory(target.getParent());
        }
      } catch (IOException e) {
        closed = true;
        discard(e);
        throw e;
      }
    }

    private void discard(IOException reason) {
      try {
        file.close();
        Files.deleteIfExists(target);
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }
}
