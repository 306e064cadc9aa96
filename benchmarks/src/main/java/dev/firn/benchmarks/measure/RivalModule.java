package dev.firn.benchmarks.measure;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A module beside the benchmarks that is built on demand and runs in a JVM with its own class path,
 * because it carries an Iceberg of its own.
 *
 * @param directory of the module, seen from the benchmarks' directory
 * @param property a system property that names its target directory instead
 * @param build the options of Maven that build it
 */
public record RivalModule(String directory, String property, String build) {

  /** Why it cannot take part on this machine, if so. */
  public Optional<String> missing() {
    return target().isPresent()
        ? Optional.empty()
        : Optional.of(
            "no class path of it; build it with mvn -q -B "
                + build
                + " package, or name its target directory with -D"
                + property
                + "=...");
  }

  /** What {@code java -cp} takes. */
  public String classPath() {
    Path target = target().orElseThrow(() -> new IllegalStateException(missing().orElse("")));
    try {
      return target.resolve("classes")
          + File.pathSeparator
          + Files.readString(target.resolve("classpath.txt")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its directory {@code target}, if it was built. */
  private Optional<Path> target() {
    List<Path> candidates = new ArrayList<>();
    String named = System.getProperty(property);
    if (named != null) {
      candidates.add(Path.of(named));
    } else {
      candidates.add(Path.of("benchmarks", directory, "target"));
      candidates.add(Path.of(directory, "target"));
      jar()
          .map(jar -> jar.resolveSibling(Path.of("..", directory, "target")))
          .ifPresent(candidates::add);
    }
    return candidates.stream()
        .map(path -> path.toAbsolutePath().normalize())
        .filter(path -> Files.isReadable(path.resolve("classpath.txt")))
        .findFirst();
  }

  private static Optional<Path> jar() {
    try {
      return Optional.of(
          Path.of(RivalModule.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
