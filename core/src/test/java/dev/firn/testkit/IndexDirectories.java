package dev.firn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Local directories for the indexes of processes, one for each: an empty one, or a copy of what the
 * last process or an earlier one has left behind, or holds while it hangs.
 */
final class IndexDirectories implements AutoCloseable {

  private final Map<String, List<Path>> directories = new HashMap<>();
  private @Nullable Path root;

  /** A directory for the next process of those that {@code owner} has. */
  Path next(Random random, String owner) {
    List<Path> all = directories.computeIfAbsent(owner, name -> new ArrayList<>());
    Path next = root().resolve(owner + "-" + all.size());
    try {
      Files.createDirectories(next);
      if (!all.isEmpty() && random.nextInt(4) > 0) {
        boolean old = random.nextInt(3) == 0;
        int which = old ? random.nextInt(all.size()) : all.size() - 1;
        copy(all.get(which), next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    all.add(next);
    return next;
  }

  /** Whether an earlier process has left an index there. */
  static boolean hasIndex(Path directory) {
    return Files.exists(directory.resolve("checkpoint"));
  }

  private Path root() {
    Path known = root;
    if (known == null) {
      try {
        known = Files.createTempDirectory("firn-upserts");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      root = known;
    }
    return known;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  /** Deletes them all. */
  @Override
  public void close() {
    Path all = root;
    if (all == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(all)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
