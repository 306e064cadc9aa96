package dev.firn.internal.stream;

import dev.firn.api.StreamingTableWriter;
import dev.firn.testkit.WriterContract;

/**
 * A streaming writer on the contract's road.
 *
 * @param closing closes the writer, and what was opened for it
 */
record StreamingRoad(StreamingTableWriter<Long> writer, Runnable closing)
    implements WriterContract.Road {

  @Override
  public long committed() {
    return writer.committed().position().orElse(0);
  }

  @Override
  public void append(long id) {
    writer.append(id);
  }

  @Override
  public void mark(long position) {
    writer.mark(position);
  }

  @Override
  public void commit() {
    writer.commit();
  }

  @Override
  public long abort() {
    writer.abort();
    return writer.status().marked().position().orElse(0);
  }

  @Override
  public void close() {
    closing.run();
  }

  @Override
  public long bytesBuffered() {
    return writer.status().bytesBuffered();
  }
}
