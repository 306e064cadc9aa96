package dev.firn.proofs.engines;

import java.util.ArrayList;
import java.util.List;

/**
 * The type of a column, with the JDK only: the name that Iceberg gives it ({@code decimal}, {@code
 * timestamptz_ns}, {@code list}), its numbers, and the types inside. Written and parsed as {@code
 * map<string;decimal(9,2)>}.
 */
public record CellType(String name, String numbers, List<CellType> inner) {

  /** A type from its text. */
  public static CellType parse(String text) {
    int open = text.indexOf('<');
    if (open < 0) {
      int bracket = text.indexOf('(');
      return bracket < 0
          ? new CellType(text, "", List.of())
          : new CellType(
              text.substring(0, bracket),
              text.substring(bracket + 1, text.length() - 1),
              List.of());
    }
    List<CellType> inner = new ArrayList<>();
    int depth = 0;
    int from = open + 1;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == ';' && depth == 0) || i == text.length() - 1) {
        inner.add(parse(text.substring(from, i)));
        from = i + 1;
      } else if (c == '<') {
        depth++;
      } else if (c == '>') {
        depth--;
      }
    }
    return new CellType(text.substring(0, open), "", List.copyOf(inner));
  }

  /** The digits behind the point of a decimal. */
  public int scale() {
    return Integer.parseInt(numbers.substring(numbers.indexOf(',') + 1));
  }

  /** Whether there is nothing inside. */
  public boolean isPrimitive() {
    return inner.isEmpty();
  }

  @Override
  public String toString() {
    if (!inner.isEmpty()) {
      return name + "<" + String.join(";", inner.stream().map(CellType::toString).toList()) + ">";
    }
    return numbers.isEmpty() ? name : name + "(" + numbers + ")";
  }
}
