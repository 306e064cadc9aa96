package dev.firn.internal.local;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Files and directories that survive the loss of power. */
public final class LocalSync {

  /** Windows opens no directory for this, and journals its entries anyway. */
  private static final boolean POSSIBLE = File.separatorChar != '\\';

  private LocalSync() {}

  /** Makes {@code directory} and its missing parents; each new one is forced into its parent. */
  public static void createDirectories(Path directory, boolean sync) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path existing = directory.getParent();
    while (existing != null && !Files.isDirectory(existing)) {
      existing = existing.getParent();
    }
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("There is a file where directory " + directory + " should be", e);
    }
    if (sync && existing != null) {
      for (Path made = directory; made != null && !made.equals(existing); made = made.getParent()) {
        directory(made.getParent());
      }
    }
  }

  /** Forces the entries of {@code directory} to disk. */
  public static void directory(@Nullable Path directory) throws IOException {
    if (POSSIBLE && directory != null) {
      force(directory, StandardOpenOption.READ);
    }
  }

  /** Forces the bytes of {@code file} to disk. */
  public static void file(Path file) throws IOException {
    force(file, StandardOpenOption.WRITE);
  }

  private static void force(Path path, StandardOpenOption mode) throws IOException {
    // A channel closes under an interrupted thread; the interrupt is kept for whoever waits next.
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
