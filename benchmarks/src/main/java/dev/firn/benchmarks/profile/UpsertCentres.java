package dev.firn.benchmarks.profile;

import java.util.List;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;

/**
 * Says which step of an upsert a sample belongs to: the first of the rules below that fits any of
 * its frames. Iceberg's code is called by several steps, so it is the caller that counts. Names
 * only, as {@link CostCentres}.
 */
final class UpsertCentres {

  /** Frames of methods whose class and name start with {@code prefix} are part of {@code name}. */
  private record Rule(String prefix, String name) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("dev.firn.internal.keys.KeyReader", "keys of rows"),
          new Rule("dev.firn.internal.keys.KeyBatch", "keys of rows"),
          new Rule("dev.firn.internal.keys.CutKeys.last", "keys of the cut, handed on"),
          new Rule("dev.firn.internal.ingest.KeyedCut", "keys of the cut, handed on"),
          new Rule("dev.firn.internal.keys.CutKeys", "index of the cut"),
          new Rule("dev.firn.internal.ingest.Places", "index of the cut"),
          new Rule("dev.firn.internal.ingest.KeyedRows", "superseded rows left out"),
          new Rule("dev.firn.internal.resolve.SnapshotDiff", "diff: manifests read"),
          new Rule("dev.firn.internal.resolve.KeyedTable.resolve", "great index: look up"),
          new Rule("dev.firn.internal.resolve.IndexedFiles.put", "great index: put"),
          new Rule("dev.firn.internal.resolve.IndexedFiles.sweep", "great index: sweep"),
          new Rule("dev.firn.internal.resolve.", "what is known of the table"),
          new Rule("dev.firn.internal.commit.DeleteFileWrites", "vectors written"),
          new Rule("dev.firn.internal.encode.DeleteFile", "vectors written"),
          new Rule("dev.firn.internal.commit.", "commit: manifests and metadata"),
          new Rule("dev.firn.internal.encode.", "encode"),
          new Rule("dev.firn.internal.parquet.", "encode"),
          new Rule("dev.firn.internal.convert.", "rows into columns"),
          new Rule("dev.firn.internal.buffer.", "rows into columns"),
          new Rule("dev.firn.internal.ingest.", "rows into columns"),
          new Rule("dev.firn.internal.stream.", "between the rooms"));

  private UpsertCentres() {}

  /** The step that the sample belongs to. */
  static String of(RecordedStackTrace stack) {
    for (Rule rule : RULES) {
      for (RecordedFrame frame : stack.getFrames()) {
        String method = frame.getMethod().getType().getName() + '.' + frame.getMethod().getName();
        if (method.startsWith(rule.prefix)) {
          return rule.name;
        }
      }
    }
    return CostCentres.OTHER;
  }
}
