package dev.firn.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Horizontal bars, one for each ratio, as SVG. */
final class BarPlot {

  private static final int LEFT = 250;
  private static final int WIDTH = 860;
  private static final int BAR = 16;
  private static final int STEP = 22;
  private static final int TOP = 64;

  private BarPlot() {}

  /** The cpu ratios of {@code lines}; the thin line on a bar goes from the least to the most. */
  static String svg(String title, List<RatioLine> lines) {
    double most =
        lines.stream().mapToDouble(line -> Math.max(line.most(), line.cpu())).max().orElse(1);
    double scale = (WIDTH - LEFT - 70) / Math.max(1, most);
    int height = TOP + STEP * lines.size() + 30;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"13\">",
        WIDTH,
        height);
    add(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
    add(svg, "<text x=\"12\" y=\"24\" font-size=\"16\" font-weight=\"bold\">%s</text>", title);
    add(
        svg,
        "<text x=\"12\" y=\"44\" fill=\"#555\">rival's processor time / Firn's: above 1, Firn is"
            + " faster; the thin line goes from the least to the most of the rounds</text>");
    for (int tick = 0; tick <= most; tick++) {
      double x = LEFT + tick * scale;
      add(
          svg,
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>",
          x,
          TOP - 8,
          x,
          height - 24,
          tick == 1 ? "#333" : "#ddd");
      add(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>", x, height - 8, tick);
    }
    for (int i = 0; i < lines.size(); i++) {
      bar(svg, lines.get(i), TOP + STEP * i, scale);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, RatioLine line, int y, double scale) {
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s vs %s</text>",
        LEFT - 8,
        y + 13,
        line.subject(),
        line.rival());
    add(
        svg,
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        LEFT,
        y,
        line.cpu() * scale,
        BAR,
        line.subject().endsWith("/record") ? "#9ecae1" : "#3182bd");
    add(
        svg,
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#08306b\"/>",
        LEFT + line.least() * scale,
        y + BAR / 2,
        LEFT + line.most() * scale,
        y + BAR / 2);
    add(
        svg,
        "<text x=\"%.1f\" y=\"%d\">%.1f</text>",
        LEFT + Math.max(line.most(), line.cpu()) * scale + 6,
        y + 13,
        line.cpu());
  }

  private static void add(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
