package dev.firn.internal.encode;

import java.io.IOException;
import org.apache.iceberg.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's output file as parquet-java wants it. Collects small writes (headers and footers come
 * byte by byte), counts, and remembers whether it was the storage that failed.
 */
final class StorageOutput implements org.apache.parquet.io.OutputFile {

  /** Most writes are smaller or far larger. */
  private static final int BUFFER_BYTES = 16 << 10;

  private final OutputFile file;
  private @Nullable Stream stream;
  private boolean failed;

  StorageOutput(OutputFile file) {
    this.file = file;
  }

  /** Whether an exception came from the storage, and not from what was written to it. */
  boolean failed() {
    return failed;
  }

  /** Bytes written. */
  long length() {
    return stream == null ? 0 : stream.position;
  }

  /** Closes a stream that was not closed; what it holds is worthless. */
  void abandon() {
    if (stream != null) {
      stream.abandon();
    }
  }

  @Override
  public PositionOutputStream create(long ignored) throws IOException {
    return createOrOverwrite(ignored);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long ignored) throws IOException {
    // Names are never used twice, so nothing is overwritten; asking first would be a call more.
    boolean created = false;
    try {
      stream = new Stream(file.createOrOverwrite());
      created = true;
      return stream;
    } finally {
      failed |= !created;
    }
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    return file.location();
  }

  private final class Stream extends PositionOutputStream {

    private final org.apache.iceberg.io.PositionOutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private long position;
    private boolean closed;

    Stream(org.apache.iceberg.io.PositionOutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      if (buffered == buffer.length) {
        drain();
      }
      buffer[buffered++] = (byte) value;
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > buffer.length - buffered) {
        drain();
      }
      if (length > buffer.length) {
        pass(bytes, offset, length);
      } else {
        System.arraycopy(bytes, offset, buffer, buffered, length);
        buffered += length;
      }
      position += length;
    }

    private void drain() throws IOException {
      int length = buffered;
      buffered = 0;
      if (length > 0) {
        pass(buffer, 0, length);
      }
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
      boolean passed = false;
      try {
        out.write(bytes, offset, length);
        passed = true;
      } finally {
        failed |= !passed;
      }
    }

    @Override
    public void flush() throws IOException {
      drain();
      // Not passed on: there is nothing to gain before the file is whole.
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      drain();
      closed = true;
      boolean done = false;
      try {
        out.close();
        done = true;
      } finally {
        failed |= !done;
      }
    }

    void abandon() {
      if (!closed) {
        closed = true;
        buffered = 0;
        try {
          out.close();
        } catch (IOException | RuntimeException e) {
          // The file is given up already; the first failure is the one to tell.
        }
      }
    }
  }
}
