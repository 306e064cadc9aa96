package dev.firn.internal.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.FileInfo;
import org.jspecify.annotations.Nullable;

/**
 * The files below a directory, one directory in memory at a time and none left open: who stops in
 * the middle has nothing to close. Symbolic links are listed as what they point to, but not
 * followed into directories.
 */
final class LocalListing implements Iterator<FileInfo> {

  private record Entry(String location, Path path) {}

  private final Deque<Entry> open = new ArrayDeque<>();
  private @Nullable FileInfo next;

  LocalListing(String prefix, Path root) {
    open.push(new Entry(prefix, root));
    next = advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public FileInfo next() {
    FileInfo result = next;
    if (result == null) {
      throw new NoSuchElementException();
    }
    next = advance();
    return result;
  }

  private @Nullable FileInfo advance() {
    while (!open.isEmpty()) {
      Entry entry = open.pop();
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(entry.path, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
          push(entry);
        } else {
          return new FileInfo(entry.location, attributes.size(), createdAtMillis(attributes));
        }
      } catch (NoSuchFileException | NotDirectoryException e) {
        // Gone since its directory was read.
      } catch (IOException e) {
        throw new RuntimeIOException(e, "Cannot list files at %s", entry.location);
      }
    }
    return null;
  }

  private void push(Entry directory) throws IOException {
    String base = directory.location.endsWith("/") ? directory.location : directory.location + "/";
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory.path)) {
      for (Path child : children) {
        if (!(Files.isSymbolicLink(child) && Files.isDirectory(child))) {
          open.push(new Entry(base + child.getFileName(), child));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** The later of both times, for a copied file keeps its old time of modification. */
  private static long createdAtMillis(BasicFileAttributes attributes) {
    return Math.max(attributes.creationTime().toMillis(), attributes.lastModifiedTime().toMillis());
  }

  static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
