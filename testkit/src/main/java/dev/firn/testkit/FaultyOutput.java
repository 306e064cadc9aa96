package dev.firn.testkit;

import java.io.IOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A new file that can fail to be created, written and closed. */
final class FaultyOutput implements OutputFile {

  private final FaultyFileIO io;
  private final OutputFile output;

  FaultyOutput(FaultyFileIO io, OutputFile output) {
    this.io = io;
    this.output = output;
  }

  @Override
  public PositionOutputStream create() {
    io.beginCreate(location());
    return new Stream(io, location(), output.create());
  }

  @Override
  public PositionOutputStream createOrOverwrite() {
    io.beginCreate(location());
    return new Stream(io, location(), output.createOrOverwrite());
  }

  @Override
  public String location() {
    return output.location();
  }

  @Override
  public InputFile toInputFile() {
    return io.newInputFile(location());
  }

  private static final class Stream extends PositionOutputStream {

    private final FaultyFileIO io;
    private final String location;
    private final PositionOutputStream stream;
    private boolean closed;

    Stream(FaultyFileIO io, String location, PositionOutputStream stream) {
      this.io = io;
      this.location = location;
      this.stream = stream;
    }

    @Override
    public long getPos() throws IOException {
      return stream.getPos();
    }

    @Override
    public long storedLength() throws IOException {
      return stream.storedLength();
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      io.check(Call.WRITE, Fault.WRITE_FAILS, location);
      int room = io.takeRoom(length);
      stream.write(bytes, offset, room);
      if (room < length) {
        throw new IOException("No space left on device: " + location);
      }
    }

    @Override
    public void flush() throws IOException {
      stream.flush();
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      // The bytes may well be there although closing fails, as with a lost answer of a PUT.
      stream.close();
      io.check(Call.CLOSE, Fault.CLOSE_FAILS, location);
    }
  }
}
