package dev.firn.benchmarks.profile;

import java.util.List;
import java.util.Optional;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;

/**
 * Says which part of the work a sample belongs to: the first of the rules below that fits the
 * innermost frame that any rule fits. Names only, so that the benchmark depends on no class of
 * core; a renamed class shows up under "other".
 */
final class CostCentres {

  static final String OTHER = "other";

  /** Frames that start with {@code prefix} are part of {@code name}. */
  private record Rule(String prefix, String name) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("com.github.luben.zstd.", "zstd"),
          new Rule("java.util.zip.CRC32", "page checksums"),
          new Rule("dev.firn.internal.parquet.BytesDictionary", "dictionaries of strings"),
          new Rule("dev.firn.internal.parquet.LongDictionary", "dictionaries of numbers"),
          new Rule("dev.firn.internal.parquet.IntDictionary", "dictionaries of numbers"),
          new Rule("dev.firn.internal.parquet.DictionaryEncoder", "dictionaries, the choice"),
          new Rule("dev.firn.internal.parquet.RunLength", "packing of codes"),
          new Rule("dev.firn.internal.parquet.BitPacking", "packing of codes"),
          new Rule("dev.firn.internal.parquet.DeltaBinaryPacking", "packing of deltas"),
          new Rule("dev.firn.internal.parquet.Level", "definition levels"),
          new Rule("dev.firn.internal.parquet.FloatingRange", "statistics"),
          new Rule("dev.firn.internal.parquet.ValueSummary", "statistics"),
          new Rule("dev.firn.internal.parquet.", "plain values and pages"),
          new Rule("dev.firn.internal.convert.Utf8", "strings to UTF-8"),
          new Rule("dev.firn.internal.convert.", "setters: checks and conversions"),
          new Rule("dev.firn.internal.buffer.", "columns in memory"),
          new Rule("dev.firn.internal.encode.LevelShredder", "columns to slices"),
          new Rule("dev.firn.internal.encode.ValueGather", "columns to slices"),
          new Rule("dev.firn.internal.encode.FileWrite", "file and footer"),
          new Rule("dev.firn.internal.encode.StorageOutput", "file and footer"),
          new Rule("dev.firn.internal.local.", "file and footer"),
          new Rule("org.apache.parquet.", "file and footer"),
          new Rule("org.apache.iceberg.", "file and footer"),
          new Rule("dev.firn.internal.", "between the rooms"),
          new Rule("dev.firn.benchmarks.rows.", "reading the application's rows"),
          new Rule("io.trino.tpch.", "reading the application's rows"),
          new Rule("dev.firn.benchmarks.", OTHER));

  private CostCentres() {}

  /** The centre that the sample belongs to. */
  static String of(RecordedStackTrace stack) {
    for (RecordedFrame frame : stack.getFrames()) {
      Optional<Rule> rule = rule(frame);
      if (rule.isPresent()) {
        return rule.get().name;
      }
    }
    return OTHER;
  }

  private static Optional<Rule> rule(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return RULES.stream().filter(rule -> type.startsWith(rule.prefix)).findFirst();
  }

  /** Class, method and line of the innermost frame that is not of the JDK. */
  static String place(RecordedStackTrace stack) {
    for (RecordedFrame frame : stack.getFrames()) {
      String type = frame.getMethod().getType().getName();
      if (!type.startsWith("java.") && !type.startsWith("jdk.")) {
        return type.substring(type.lastIndexOf('.') + 1)
            + '.'
            + frame.getMethod().getName()
            + ':'
            + frame.getLineNumber();
      }
    }
    return OTHER;
  }
}
