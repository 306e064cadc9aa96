package dev.firn.proofs.engines;

import java.util.List;

/**
 * A condition on one column, and how many rows meet it.
 *
 * @param test {@code =}, {@code <=}, {@code between}, {@code in}, {@code is null} or {@code is not
 *     null}
 * @param operands texts of values, see {@link CellText}; none for the tests of null
 */
public record Predicate(String column, String test, List<String> operands, long rows) {

  /**
   * The condition in SQL, its literals rendered by {@code dialect} for a column of {@code type}.
   */
  public String sql(CellType type, Dialect dialect) {
    String name = dialect.quoted(column);
    List<String> literals =
        operands.stream().map(operand -> dialect.literal(type, operand)).toList();
    return switch (test) {
      case "between" -> name + " BETWEEN " + literals.get(0) + " AND " + literals.get(1);
      case "in" -> name + " IN (" + String.join(", ", literals) + ")";
      case "is null", "is not null" -> name + " " + test;
      default -> name + " " + test + " " + literals.get(0);
    };
  }
}
