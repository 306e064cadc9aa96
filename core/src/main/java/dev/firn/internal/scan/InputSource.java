package dev.firn.internal.scan;

import dev.firn.internal.parquet.ParquetInput;
import java.io.IOException;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** The bytes of a file of Iceberg's, through one stream that is kept open. Not thread-safe. */
final class InputSource implements ParquetInput.Source, AutoCloseable {

  private final SeekableInputStream in;

  InputSource(InputFile file) {
    this.in = file.newStream();
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.seek(offset);
    IOUtil.readFully(in, bytes, 0, length);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
