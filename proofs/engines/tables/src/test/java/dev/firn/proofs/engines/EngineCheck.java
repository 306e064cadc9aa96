package dev.firn.proofs.engines;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares what an engine reads with what must be there, table by table, to the end, and counts.
 * What an engine does not have is said beforehand, by the name of a type; a table that it then
 * reads all the same is a difference too, so that no skip outlives its reason.
 */
public final class EngineCheck {

  private static final int SHOWN = 3;
  private static final long FAILED = -1;

  private final String name;
  private final Dialect dialect;
  private final Engine engine;
  private final Set<String> lacks;
  private final Map<String, List<String>> differences = new TreeMap<>();
  private final Map<String, Integer> skips = new TreeMap<>();
  private long tables;
  private long rows;
  private long cells;
  private long predicates;
  private long skipped;

  /** A check of {@code engine}, which has all types but those that {@code lacks} names. */
  public EngineCheck(String name, Dialect dialect, Engine engine, Set<String> lacks) {
    this.name = name;
    this.dialect = dialect;
    this.engine = engine;
    this.lacks = lacks;
  }

  /** Checks one table: all its cells, then all its predicates. */
  public void check(TableFacts facts) {
    Optional<String> lacking =
        facts.columns().values().stream().flatMap(type -> lacking(type).stream()).findFirst();
    try {
      List<List<Object>> read = engine.rows(facts);
      if (lacking.isPresent()) {
        differ(facts, "is read although it has " + lacking.get());
        return;
      }
      compare(facts, read);
      count(facts);
      tables++;
    } catch (Exception | LinkageError e) {
      if (lacking.isEmpty()) {
        differ(facts, oneLine(root(e)));
      } else {
        skipped++;
        skips.merge(lacking.get() + ": " + oneLine(root(e)), 1, Integer::sum);
      }
    }
  }

  private Optional<String> lacking(CellType type) {
    return lacks.contains(type.name())
        ? Optional.of(type.name())
        : type.inner().stream().flatMap(inner -> lacking(inner).stream()).findFirst();
  }

  private void compare(TableFacts facts, List<List<Object>> read) {
    List<CellType> types = List.copyOf(facts.columns().values());
    List<List<String>> texts = new ArrayList<>();
    for (List<Object> row : read) {
      List<String> text = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        text.add(CellText.of(types.get(i), row.get(i)));
      }
      texts.add(text);
    }
    List<List<String>> missing = without(facts.rows(), texts);
    List<List<String>> extra = without(texts, facts.rows());
    if (!missing.isEmpty() || !extra.isEmpty()) {
      differ(
          facts,
          "%d rows read, %d expected. Columns %s%n missing %d, %s%n instead %d, %s"
              .formatted(
                  texts.size(),
                  facts.rows().size(),
                  facts.columns(),
                  missing.size(),
                  missing.stream().limit(SHOWN).toList(),
                  extra.size(),
                  extra.stream().limit(SHOWN).toList()));
    }
    rows += texts.size();
    cells += (long) texts.size() * types.size();
  }

  /** The rows of {@code some} for which there is none in {@code others}, each used once. */
  private static List<List<String>> without(List<List<String>> some, List<List<String>> others) {
    Map<List<String>, Integer> left = new HashMap<>();
    others.forEach(row -> left.merge(row, 1, Integer::sum));
    List<List<String>> without = new ArrayList<>();
    for (List<String> row : some) {
      if (left.merge(row, -1, Integer::sum) < 0) {
        without.add(row);
      }
    }
    // Two engines, or two writers, have no order in common.
    without.sort(Comparator.comparing(String::valueOf));
    return without;
  }

  private void count(TableFacts facts) {
    List<Predicate> asked =
        facts.predicates().stream()
            .filter(predicate -> dialect.asks(facts.columns().get(predicate.column())))
            .toList();
    List<String> conditions =
        asked.stream()
            .map(predicate -> predicate.sql(facts.columns().get(predicate.column()), dialect))
            .toList();
    List<Long> counts;
    try {
      counts = engine.counts(facts, conditions);
    } catch (Exception e) {
      // One condition that the engine chokes on hides no other.
      counts = countEach(facts, conditions);
    }
    for (int i = 0; i < conditions.size(); i++) {
      long expected = asked.get(i).rows();
      if (counts.get(i) != FAILED && counts.get(i) != expected) {
        differ(
            facts,
            "%d rows, not %d, where %s"
                .formatted(counts.get(i), expected, oneLine(conditions.get(i))));
      }
    }
    predicates += conditions.size();
  }

  private List<Long> countEach(TableFacts facts, List<String> conditions) {
    List<Long> counts = new ArrayList<>();
    for (String condition : conditions) {
      try {
        counts.addAll(engine.counts(facts, List.of(condition)));
      } catch (Exception e) {
        counts.add(FAILED);
        differ(facts, oneLine(root(e)) + ", where " + oneLine(condition));
      }
    }
    return counts;
  }

  private void differ(TableFacts facts, String what) {
    differences.computeIfAbsent(facts.table(), name -> new ArrayList<>()).add(what);
  }

  /** What differs, by table; empty if all is as it must be. */
  public Map<String, List<String>> differences() {
    return Collections.unmodifiableMap(differences);
  }

  /**
   * What differs here and not in {@code control}, the same engine's look at the same rows in tables
   * that Iceberg's own writer wrote: that would be Firn's doing. The rest is the engine's.
   */
  public Map<String, List<String>> differencesBeyond(EngineCheck control) {
    Map<String, List<String>> beyond = new TreeMap<>();
    differences.forEach(
        (table, some) -> {
          List<String> own = new ArrayList<>(some);
          own.removeAll(control.differences.getOrDefault(table, List.of()));
          if (!own.isEmpty()) {
            beyond.put(table, own);
          }
        });
    return beyond;
  }

  /** Why tables were skipped, and the figures in a last line. */
  public String report() {
    String reasons =
        skips.entrySet().stream()
            .map(skip -> "%s: skipped %d, %s%n".formatted(name, skip.getValue(), skip.getKey()))
            .collect(Collectors.joining());
    return reasons
        + "%s: tables=%d rows=%d cells=%d predicates=%d skipped=%d"
            .formatted(name, tables, rows, cells, predicates, skipped);
  }

  private static String root(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  private static String oneLine(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }
}
