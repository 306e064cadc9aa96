package dev.firn.proofs.engines;

import java.util.List;

/** An engine that reads tables, each time anew. */
public interface Engine {

  /** All rows; values in classes of the JDK, structs as lists. */
  List<List<Object>> rows(TableFacts table) throws Exception;

  /** How many rows meet each of these conditions, which are in the engine's own SQL. */
  List<Long> counts(TableFacts table, List<String> conditions) throws Exception;
}
