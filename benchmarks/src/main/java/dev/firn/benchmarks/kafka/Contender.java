package dev.firn.benchmarks.kafka;

import dev.firn.benchmarks.kafka.contender.Task;
import dev.firn.benchmarks.rows.EventShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One of those who read the topic: a process that does its {@link Task} until it is killed. A new
 * one is a main that takes a task's arguments, and a line in {@link Contenders}.
 */
interface Contender {

  String name();

  /** Begins the names of its groups and tables for {@code shape}. */
  default String group(EventShape shape) {
    return shape.name() + "_" + name().replace('-', '_');
  }

  /** Why it cannot take part on this machine, if so. */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /** Whether it writes the table; who does not makes the file {@link Task#finished()}. */
  default boolean writes() {
    return true;
  }

  /**
   * What follows the JVM's common options: options of its own, class path, main and arguments.
   *
   * @param scratch a directory for files that it needs
   */
  List<String> command(Task task, Path scratch) throws IOException;
}
