package dev.firn.proofs.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a table, or a branch of it, must hold, as the side that wrote it knows: said by its model,
 * seen by no reader. One text file per table.
 *
 * @param table {@code namespace.name}
 * @param branch the branch that holds the rows
 * @param columns types by name, in the schema's order
 * @param rows texts of cells, see {@link CellText}
 */
public record TableFacts(
    String table,
    String branch,
    Map<String, CellType> columns,
    List<List<String>> rows,
    List<Predicate> predicates) {

  /** The name by which a report calls it. */
  public String label() {
    return branch.equals("main") ? table : table + "@" + branch;
  }

  /** Writes the facts beside the others. */
  public void save(Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("table\t" + table + "\t" + branch);
    columns.forEach((name, type) -> lines.add("column\t" + name + "\t" + type));
    rows.forEach(row -> lines.add("row\t" + String.join("\t", row)));
    for (Predicate predicate : predicates) {
      List<String> parts = new ArrayList<>();
      parts.addAll(
          List.of(
              "predicate", String.valueOf(predicate.rows()), predicate.column(), predicate.test()));
      parts.addAll(predicate.operands());
      lines.add(String.join("\t", parts));
    }
    Files.createDirectories(directory);
    Files.write(directory.resolve(label() + ".txt"), lines);
  }

  /** All facts of a directory, by name. */
  public static List<TableFacts> loadAll(Path directory) throws IOException {
    List<TableFacts> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        all.add(load(file));
      }
    }
    return all;
  }

  private static TableFacts load(Path file) throws IOException {
    String[] head = {"", ""};
    Map<String, CellType> columns = new LinkedHashMap<>();
    List<List<String>> rows = new ArrayList<>();
    List<Predicate> predicates = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      List<String> parts = List.of(line.split("\t", -1));
      switch (parts.get(0)) {
        case "table" -> head = new String[] {parts.get(1), parts.get(2)};
        case "column" -> columns.put(parts.get(1), CellType.parse(parts.get(2)));
        case "row" -> rows.add(parts.subList(1, parts.size()));
        default ->
            predicates.add(
                new Predicate(
                    parts.get(2),
                    parts.get(3),
                    parts.subList(4, parts.size()),
                    Long.parseLong(parts.get(1))));
      }
    }
    return new TableFacts(head[0], head[1], columns, rows, predicates);
  }
}
