package dev.firn.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes RESULTS.md and the plots beside it. */
public final class Report {

  private static final Pattern PROFILE = Pattern.compile("profile (\\S+) (\\S+) % (.+)");

  private static final String UPSERT = "upsert";

  /** Cost centres that no encoder can do without: the floor. */
  private static final List<String> FLOOR =
      List.of("zstd", "page checksums", "file and footer", "columns in memory");

  private final List<String> lines;
  private final List<RatioLine> ratios;

  /**
   * @param lines that the benchmarks have printed
   */
  public Report(List<String> lines) {
    this.lines = List.copyOf(lines);
    this.ratios = lines.stream().map(RatioLine::parse).flatMap(Optional::stream).toList();
  }

  /** Writes into {@code directory}; {@code machine} says where and when it was measured. */
  public void write(Path directory, String machine) throws IOException {
    Files.writeString(
        directory.resolve("results-encode.svg"),
        BarPlot.svg("Rows into a Parquet file, one thread", named("encode")));
    Files.writeString(
        directory.resolve("results-small.svg"),
        BarPlot.svg(
            "Tiny files (rows in the file) and small commits",
            ratios.stream()
                .filter(line -> line.name().equals("tiny-file") || line.name().equals("commit"))
                .toList()));
    Files.writeString(
        directory.resolve("RESULTS.md"),
        template()
            .replace("${machine}", machine)
            .replace("${encode}", table(named("encode")))
            .replace("${tiny-file}", table(named("tiny-file")))
            .replace("${commit}", table(named("commit")))
            .replace("${growth}", plain("commit growth/"))
            .replace("${upsert}", table(named(UPSERT)))
            .replace("${upsert-flink}", plain("upsert flink "))
            .replace("${upsert-profile}", upsertProfile())
            .replace("${index}", plain("index "))
            .replace("${kafka}", plain("kafka"))
            .replace("${skipped}", skipped())
            .replace("${profile}", profile()));
  }

  private static String template() throws IOException {
    try (InputStream in = Report.class.getResourceAsStream("/results-template.md")) {
      if (in == null) {
        throw new IOException("the template is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<RatioLine> named(String name) {
    return ratios.stream().filter(line -> line.name().equals(name)).toList();
  }

  private static String table(List<RatioLine> lines) {
    List<String> rows = new ArrayList<>();
    rows.add("| case | rival | cpu | min..max | wall | size | bytes a row | the rival's | |");
    rows.add("|---|---|---|---|---|---|---|---|---|");
    for (RatioLine line : lines) {
      rows.add(
          String.format(
              Locale.ROOT,
              "| %s | %s | **%.2f** | %.2f..%.2f | %.2f | %.3f | %d | %d | %s |",
              line.subject(),
              line.rival(),
              line.cpu(),
              line.least(),
              line.most(),
              line.wall(),
              line.size(),
              line.allocated(),
              line.rivalAllocated(),
              line.rest()));
    }
    return String.join("\n", rows);
  }

  private String plain(String prefix) {
    return String.join("\n", lines.stream().filter(line -> line.startsWith(prefix)).toList());
  }

  private String skipped() {
    List<String> skipped = lines.stream().filter(line -> line.contains(" skipped: ")).toList();
    return skipped.isEmpty()
        ? ""
        : "Not measured here:\n\n- " + String.join("\n- ", skipped) + "\n";
  }

  private String upsertProfile() {
    List<String> rows = new ArrayList<>(List.of("| step | share |", "|---|---|"));
    for (String line : lines) {
      Matcher matcher = PROFILE.matcher(line);
      if (matcher.matches() && matcher.group(1).equals(UPSERT)) {
        rows.add("| " + matcher.group(3) + " | " + matcher.group(2) + " % |");
      }
    }
    return String.join("\n", rows);
  }

  /** Cost centres down, workloads across. */
  private String profile() {
    Map<String, Map<String, Double>> shares = new TreeMap<>();
    List<String> columns = new ArrayList<>();
    for (String line : lines) {
      Matcher matcher = PROFILE.matcher(line);
      if (matcher.matches()
          && !matcher.group(1).equals(UPSERT)
          && !matcher.group(3).contains(" | ")) {
        if (!columns.contains(matcher.group(1))) {
          columns.add(matcher.group(1));
        }
        shares
            .computeIfAbsent(matcher.group(3), centre -> new TreeMap<>())
            .put(matcher.group(1), Double.parseDouble(matcher.group(2)));
      }
    }
    List<String> rows = new ArrayList<>();
    rows.add("| cost centre | " + String.join(" | ", columns) + " |");
    rows.add("|---|" + "---|".repeat(columns.size()));
    shares.entrySet().stream()
        .sorted((a, b) -> Double.compare(sum(b.getValue()), sum(a.getValue())))
        .forEach(entry -> rows.add(row(entry.getKey(), entry.getValue(), columns)));
    Map<String, Double> floor = new TreeMap<>();
    for (String column : columns) {
      floor.put(
          column,
          FLOOR.stream()
              .mapToDouble(
                  centre -> shares.getOrDefault(centre, Map.of()).getOrDefault(column, 0.0))
              .sum());
    }
    rows.add(row("**the floor: " + String.join(", ", FLOOR) + "**", floor, columns));
    return String.join("\n", rows);
  }

  private static double sum(Map<String, Double> values) {
    return values.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static String row(String name, Map<String, Double> values, List<String> columns) {
    StringBuilder row = new StringBuilder("| ").append(name);
    for (String column : columns) {
      row.append(String.format(Locale.ROOT, " | %.0f %%", values.getOrDefault(column, 0.0)));
    }
    return row.append(" |").toString();
  }
}
