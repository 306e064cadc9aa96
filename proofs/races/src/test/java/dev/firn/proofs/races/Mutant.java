package dev.firn.proofs.races;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * One class of core with one mistake in it, to see whether anybody notices.
 *
 * @param what the mistake
 * @param source the file, below core's package {@code internal}
 * @param before the text that is replaced, which occurs in the file
 * @param noticedBy what must fail with it, each of them
 */
record Mutant(String what, String source, String before, String after, List<Check> noticedBy) {

  private static final Path INTERNAL =
      Path.of("..", "..", "core", "src", "main", "java", "dev", "firn", "internal");

  private Path file() {
    return INTERNAL.resolve(source);
  }

  /** Whether there is still a place for the mistake: the code may have moved on. */
  boolean fits() throws IOException {
    return Files.readString(file()).contains(before);
  }

  /** Compiles it into {@code directory}. */
  void compileInto(Path directory) throws IOException {
    if (!fits()) {
      throw new IllegalStateException(
          "the mutant \"" + what + "\" does not fit any more: " + source + " lacks " + before);
    }
    Path mutated = directory.resolve(file().getFileName());
    Files.writeString(mutated, Files.readString(file()).replace(before, after));
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-d",
            directory.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjects(mutated);
      if (!compiler.getTask(null, files, null, options, null, units).call()) {
        throw new IllegalStateException("the mutant \"" + what + "\" does not compile");
      }
    }
  }
}
