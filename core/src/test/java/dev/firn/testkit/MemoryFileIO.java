package dev.firn.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory that go with their object: Iceberg's {@code InMemoryFileIO} keeps its files in
 * one static map that a long simulation fills, and cannot list them. Thread-safe.
 */
public final class MemoryFileIO implements SupportsBulkOperations, SupportsPrefixOperations {

  private static final long serialVersionUID = 1L;

  private record Content(byte[] bytes, long createdAtMillis) {}

  private final transient NavigableMap<String, Content> files = new ConcurrentSkipListMap<>();
  private final AtomicLong deletions = new AtomicLong();

  /** How many files were deleted so far. */
  public long deletions() {
    return deletions.get();
  }

  /** All files there are. */
  public Set<String> locations() {
    return files.keySet();
  }

  /** The content of a file, the same array for as long as nobody replaces it; null if none. */
  public byte @Nullable [] bytes(String location) {
    Content content = files.get(location);
    return content == null ? null : content.bytes;
  }

  public boolean exists(String location) {
    return files.containsKey(location);
  }

  /** Puts a file there, in place of one that may be there. */
  public void put(String location, byte[] bytes) {
    files.put(location, new Content(bytes, System.currentTimeMillis()));
  }

  @Override
  public InputFile newInputFile(String location) {
    return new InputFile() {
      @Override
      public long getLength() {
        return content().bytes.length;
      }

      @Override
      public SeekableInputStream newStream() {
        return new InMemoryInputFile(location, content().bytes).newStream();
      }

      private Content content() {
        Content content = files.get(location);
        if (content == null) {
          throw new NotFoundException("File does not exist: %s", location);
        }
        return content;
      }

      @Override
      public String location() {
        return location;
      }

      @Override
      public boolean exists() {
        return files.containsKey(location);
      }
    };
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new OutputFile() {
      @Override
      public PositionOutputStream create() {
        if (files.containsKey(location)) {
          throw new AlreadyExistsException("File already exists: %s", location);
        }
        return createOrOverwrite();
      }

      @Override
      public PositionOutputStream createOrOverwrite() {
        return new Publishing(location);
      }

      @Override
      public String location() {
        return location;
      }

      @Override
      public InputFile toInputFile() {
        return newInputFile(location);
      }
    };
  }

  @Override
  public void deleteFile(String location) {
    if (files.remove(location) != null) {
      deletions.incrementAndGet();
    }
  }

  @Override
  public void deleteFiles(Iterable<String> locations) {
    locations.forEach(this::deleteFile);
  }

  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    List<FileInfo> found = new ArrayList<>();
    files
        .tailMap(prefix)
        .forEach(
            (location, content) -> {
              if (location.startsWith(prefix)) {
                found.add(new FileInfo(location, content.bytes.length, content.createdAtMillis));
              }
            });
    return found;
  }

  @Override
  public void deletePrefix(String prefix) {
    listPrefix(prefix).forEach(file -> deleteFile(file.location()));
  }

  @Override
  public Map<String, String> properties() {
    return Map.of();
  }

  @Override
  public void close() {}

  /** A file that appears when it is closed, as in an object store. */
  private final class Publishing extends PositionOutputStream {

    private final String location;
    private final InMemoryOutputFile buffer;
    private final PositionOutputStream stream;
    private boolean closed;

    Publishing(String location) {
      this.location = location;
      this.buffer = new InMemoryOutputFile(location);
      this.stream = buffer.create();
    }

    @Override
    public long getPos() throws IOException {
      return stream.getPos();
    }

    @Override
    public void write(int value) throws IOException {
      stream.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      stream.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        stream.close();
        put(location, buffer.toByteArray());
      }
    }
  }
}
