package dev.firn.benchmarks.encode;

import dev.firn.benchmarks.rows.Workload;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * Reads some rows, to the last character, and keeps nothing: then they are where rows are that have
 * just been decoded, in the processor's caches. Not by their mapper: the compiler would learn that
 * it also writes to something that is not Firn.
 */
final class RowReader<R> {

  private final Workload<R> workload;
  private int seen;

  RowReader(Workload<R> workload) {
    this.workload = workload;
  }

  void look(Iterable<R> rows) {
    for (R row : rows) {
      look(workload.toRecord(row));
    }
  }

  /** What has been read, so that it was not for nothing. */
  int seen() {
    return seen;
  }

  private void look(@Nullable Object value) {
    if (value instanceof StructLike struct) {
      for (int i = 0; i < struct.size(); i++) {
        look(struct.get(i, Object.class));
      }
    } else if (value instanceof Iterable<?> values) {
      for (Object element : values) {
        look(element);
      }
    } else if (value instanceof String text) {
      for (int i = 0; i < text.length(); i++) {
        seen += text.charAt(i);
      }
    } else if (value != null) {
      seen += value.hashCode();
    }
  }
}
