package dev.firn.benchmarks.report;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A printed line, read back.
 *
 * @param subject workload and how Firn was fed, or another case
 */
record RatioLine(
    String name,
    String subject,
    String rival,
    double cpu,
    double wall,
    double least,
    double most,
    double size,
    long allocated,
    long rivalAllocated,
    String rest) {

  private static final Pattern LINE =
      Pattern.compile(
          "(\\S+) (\\S+) vs (\\S+) cpu=(\\S+) wall=(\\S+) (\\S+)\\.\\.(\\S+) size=(\\S+)"
              + " alloc=(\\d+) \\[(\\d+)\\](.*)");

  /** Empty if {@code line} holds no ratios. */
  static Optional<RatioLine> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new RatioLine(
            matcher.group(1),
            matcher.group(2),
            matcher.group(3),
            Double.parseDouble(matcher.group(4)),
            Double.parseDouble(matcher.group(5)),
            Double.parseDouble(matcher.group(6)),
            Double.parseDouble(matcher.group(7)),
            Double.parseDouble(matcher.group(8)),
            Long.parseLong(matcher.group(9)),
            Long.parseLong(matcher.group(10)),
            matcher.group(11).strip()));
  }
}
