package dev.firn.internal.runs;

import dev.firn.api.error.StorageException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The blocks of one run, in a file. One thread at a time.
 *
 * <p>An interrupt closes a file channel under the thread that uses it, for good. Whoever interrupts
 * a writer means that it shall not wait, not that its index be lost: so the channel is opened
 * again, and the interrupt is kept for whoever waits next.
 */
final class BlockFile implements AutoCloseable {

  private final Path path;
  private final long run;
  private final StandardOpenOption mode;
  private FileChannel channel;

  private BlockFile(Path path, long run, StandardOpenOption mode, FileChannel channel) {
    this.path = path;
    this.run = run;
    this.mode = mode;
    this.channel = channel;
  }

  /** A new file, to be written. */
  static BlockFile create(Path path, long run) {
    StandardOpenOption mode = StandardOpenOption.WRITE;
    try {
      return new BlockFile(
          path, run, mode, FileChannel.open(path, StandardOpenOption.CREATE_NEW, mode));
    } catch (IOException e) {
      throw failure(path, "made", e);
    }
  }

  /** A file that is there and has this many blocks, to be read. */
  static BlockFile open(Path path, long run, int blocks) {
    StandardOpenOption mode = StandardOpenOption.READ;
    try {
      long bytes = Files.size(path);
      if (bytes != (long) blocks * Block.BYTES) {
        throw damaged(path, "it has " + bytes + " bytes, not " + blocks + " blocks");
      }
      return new BlockFile(path, run, mode, FileChannel.open(path, mode));
    } catch (IOException e) {
      throw failure(path, "opened", e);
    }
  }

  /** Reads a block, and checks it. */
  void read(int number, Block block) {
    try {
      transfer(block.bytes(), (long) number * Block.BYTES);
    } catch (IOException e) {
      throw failure(path, "read", e);
    }
    if (!block.unseal(run, number)) {
      throw damaged("its block " + number + " is not what was written");
    }
  }

  /**
   * Writes a block.
   *
   * @return its check
   */
  int write(int number, Block block) {
    int check = block.seal(run, number);
    try {
      transfer(block.bytes(), (long) number * Block.BYTES);
    } catch (IOException e) {
      throw failure(path, "written", e);
    }
    return check;
  }

  private void transfer(ByteBuffer bytes, long position) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (bytes.hasRemaining()) {
        try {
          long at = position + bytes.position();
          boolean writes = mode == StandardOpenOption.WRITE;
          if ((writes ? channel.write(bytes, at) : channel.read(bytes, at)) < 0) {
            throw new EOFException("it ends at " + at);
          }
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
          channel = FileChannel.open(path, mode);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  StorageException damaged(String why) {
    return damaged(path, why);
  }

  private static StorageException damaged(Path path, String why) {
    return new StorageException(
        "The index file " + path + " is damaged: " + why + ". Build the index anew from the table.",
        path.toString(),
        null);
  }

  private static StorageException failure(Path path, String what, IOException e) {
    return new StorageException(
        "The index file " + path + " cannot be " + what + ": " + e, path.toString(), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(path, "closed", e);
    }
  }
}
