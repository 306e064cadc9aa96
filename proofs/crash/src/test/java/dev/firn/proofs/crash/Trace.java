package dev.firn.proofs.crash;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a child process is, in a mapped file: what it wrote last stays in the page cache when it is
 * killed, and the parent sees it at once. Any thread.
 */
final class Trace {

  /** What the child is doing. */
  enum Phase {
    /** The process starts. */
    STARTING,
    /** The stream is being opened. */
    OPENING,
    /** Rows are appended; no file was begun since the last commit returned. */
    QUIET,
    /** A data file was begun since the last commit returned. */
    SEALING,
    /** After that a file of metadata was begun: the attempt has started. */
    COMMITTING,
    /** All rows are committed. */
    DONE;

    /** Between the start of sealing and the return of the commit. */
    boolean isInside() {
      return this == SEALING || this == COMMITTING;
    }
  }

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int PHASE = 0;
  private static final int COMMITS = 8;
  private static final int END = 16;
  private static final int BYTES = 64;

  private final MappedByteBuffer memory;

  private Trace(MappedByteBuffer memory) {
    this.memory = memory;
  }

  static Trace open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Trace(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
    }
  }

  /** For a new process: as if nothing had happened; it writes up to {@code end}, or for ever. */
  void reset(long end) {
    LONGS.setVolatile(memory, PHASE, 0L);
    LONGS.setVolatile(memory, COMMITS, 0L);
    LONGS.setVolatile(memory, END, end);
  }

  Phase phase() {
    return Phase.values()[(int) (long) LONGS.getVolatile(memory, PHASE)];
  }

  void phase(Phase phase) {
    LONGS.setVolatile(memory, PHASE, (long) phase.ordinal());
  }

  /** From {@code before} to {@code after}, if it is there. */
  void advance(Phase before, Phase after) {
    LONGS.compareAndSet(memory, PHASE, (long) before.ordinal(), (long) after.ordinal());
  }

  long commits() {
    return (long) LONGS.getVolatile(memory, COMMITS);
  }

  /** A commit has returned. */
  void committed() {
    LONGS.getAndAdd(memory, COMMITS, 1L);
    phase(Phase.QUIET);
  }

  /** Where the child is to end; {@code Long.MAX_VALUE} if it is to go on until it is killed. */
  long end() {
    return (long) LONGS.getVolatile(memory, END);
  }
}
