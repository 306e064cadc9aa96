package dev.firn.internal.parquet;

import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * How one leaf column is written.
 *
 * @param pageBytes a page is ended before its values exceed this, uncompressed, if it has a row
 * @param dictionary whether to try a dictionary at all
 * @param dictionaryBytes the most that a dictionary page may take, uncompressed
 * @param delta whether integers without a dictionary are DELTA_BINARY_PACKED instead of PLAIN
 * @param statistics whether pages and chunk carry minimum, maximum and null count
 * @param version2 whether to write data pages of version 2
 * @param codec the compression of all pages
 * @param level of the compression, or {@link #DEFAULT_LEVEL}
 * @param bloom the bloom filter to build, if any
 */
public record ColumnSettings(
    int pageBytes,
    boolean dictionary,
    int dictionaryBytes,
    boolean delta,
    boolean statistics,
    boolean version2,
    CompressionCodecName codec,
    int level,
    @Nullable Bloom bloom) {

  /** What the codec's library thinks best. */
  public static final int DEFAULT_LEVEL = Integer.MIN_VALUE;

  /**
   * A bloom filter.
   *
   * @param maxBytes its size, unless {@code distinctValues} asks for less
   * @param falsePositives wanted probability of a wrong "perhaps"
   * @param distinctValues how many different values a chunk is expected to hold; 0 if not known
   * @param adaptive whether to build several sizes at once and keep the smallest that will do
   */
  public record Bloom(int maxBytes, double falsePositives, long distinctValues, boolean adaptive) {}
}
