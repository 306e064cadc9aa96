package dev.firn.proofs.engines;

import java.nio.file.Path;
import java.util.List;

/** An engine that reads the tables of one embedded catalog. */
public interface Engine extends AutoCloseable {

  /** All rows; values in classes of the JDK, structs as lists. */
  List<List<Object>> rows(TableFacts table) throws Exception;

  /** How many rows meet each of these conditions, which are in the engine's own SQL. */
  List<Long> counts(TableFacts table, List<String> conditions) throws Exception;

  @Override
  default void close() throws Exception {}

  /** Opens an engine on the catalog in a directory. */
  interface Opening {
    Engine on(Path directory) throws Exception;
  }
}
