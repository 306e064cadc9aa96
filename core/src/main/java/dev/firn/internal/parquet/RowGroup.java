package dev.firn.internal.parquet;

import java.util.List;

/**
 * Rows of a file as column chunks, one per leaf column in the order of the schema.
 *
 * @param rows how many, at least one
 */
public record RowGroup(long rows, List<ColumnChunk> chunks) {

  public RowGroup {
    chunks = List.copyOf(chunks);
  }

  /** Bytes of heap. */
  public long heldBytes() {
    long total = 0;
    for (ColumnChunk chunk : chunks) {
      total += chunk.heldBytes();
    }
    return total;
  }
}
