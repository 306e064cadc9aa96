package dev.firn.internal.encode;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.parquet.ColumnSettings;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.TableProperties;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * The {@code write.parquet.*} properties of a table, read and checked as Iceberg's own writer does,
 * with its defaults. A {@code write.format.default} other than Parquet is refused.
 *
 * <p>Not read: the upper bound of the interval at which Iceberg compares the row group's size
 * ({@code row-group-check-max-record-count}); Firn knows the size after every page. And {@code
 * shred-variants}: variants are written whole.
 */
final class FileProperties {

  // Properties that Iceberg hands to parquet-java as they are.
  private static final String ENABLE_DICTIONARY = "parquet.enable.dictionary";
  private static final String INDEX_TRUNCATE_LENGTH = "parquet.columnindex.truncate.length";
  private static final int INDEX_TRUNCATE_LENGTH_DEFAULT = 64;

  /**
   * Firn's own: whether integers that do not pay a dictionary are DELTA_BINARY_PACKED;
   * docs/decisions 0006 says who reads it.
   */
  private static final String DELTA_INTEGERS = "firn.parquet.delta-integers";

  private final Map<String, String> properties;
  final long rowGroupBytes;
  final boolean rowGroupUncompressed;
  final int rowGroupCheckRows;
  final int pageBytes;
  final int pageRows;
  final int dictionaryBytes;
  final boolean version2;
  final CompressionCodecName codec;
  final int level;
  final int indexTruncateLength;
  final long targetFileBytes;

  FileProperties(Map<String, String> properties) {
    this.properties = Map.copyOf(properties);
    requireParquet();
    this.rowGroupBytes =
        positive(
            TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
            TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES_DEFAULT);
    this.rowGroupUncompressed =
        flag(
            TableProperties.PARQUET_ROW_GROUP_SIZE_TRACK_UNCOMPRESSED,
            TableProperties.PARQUET_ROW_GROUP_SIZE_TRACK_UNCOMPRESSED_DEFAULT);
    this.rowGroupCheckRows =
        positiveInt(
            TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
            TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT_DEFAULT);
    this.pageBytes =
        positiveInt(
            TableProperties.PARQUET_PAGE_SIZE_BYTES,
            TableProperties.PARQUET_PAGE_SIZE_BYTES_DEFAULT);
    this.pageRows =
        positiveInt(
            TableProperties.PARQUET_PAGE_ROW_LIMIT, TableProperties.PARQUET_PAGE_ROW_LIMIT_DEFAULT);
    this.dictionaryBytes =
        positiveInt(
            TableProperties.PARQUET_DICT_SIZE_BYTES,
            TableProperties.PARQUET_DICT_SIZE_BYTES_DEFAULT);
    this.version2 = readVersion();
    this.codec = readCodec();
    this.level = readLevel();
    this.indexTruncateLength = positiveInt(INDEX_TRUNCATE_LENGTH, INDEX_TRUNCATE_LENGTH_DEFAULT);
    this.targetFileBytes =
        positive(
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
  }

  /** The settings of the column that Iceberg calls {@code name}; none of its own if it is null. */
  ColumnSettings column(@Nullable String name) {
    return new ColumnSettings(
        pageBytes,
        columnFlag(
            TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX,
            name,
            flag(ENABLE_DICTIONARY, true)),
        dictionaryBytes,
        flag(DELTA_INTEGERS, true),
        columnFlag(TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX, name, true),
        version2,
        codec,
        level,
        bloom(name));
  }

  private ColumnSettings.@Nullable Bloom bloom(@Nullable String name) {
    if (!columnFlag(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX, name, false)) {
      return null;
    }
    String fppKey = TableProperties.PARQUET_BLOOM_FILTER_COLUMN_FPP_PREFIX + name;
    double fpp =
        number(fppKey, TableProperties.PARQUET_BLOOM_FILTER_COLUMN_FPP_DEFAULT, Double::valueOf);
    if (!(fpp > 0 && fpp < 1)) {
      throw refuse(fppKey, "must be between 0 and 1");
    }
    String ndvKey = TableProperties.PARQUET_BLOOM_FILTER_COLUMN_NDV_PREFIX + name;
    return new ColumnSettings.Bloom(
        positiveInt(
            TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES,
            TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES_DEFAULT),
        fpp,
        properties.containsKey(ndvKey) ? positive(ndvKey, 1) : 0,
        flag(
            TableProperties.PARQUET_BLOOM_FILTER_ADAPTIVE_ENABLED,
            TableProperties.PARQUET_BLOOM_FILTER_ADAPTIVE_ENABLED_DEFAULT));
  }

  /** Whoever asked for another format would be surprised by files that say otherwise. */
  private void requireParquet() {
    String key = TableProperties.DEFAULT_FILE_FORMAT;
    String value = properties.getOrDefault(key, TableProperties.DEFAULT_FILE_FORMAT_DEFAULT);
    if (!value.equalsIgnoreCase(FileFormat.PARQUET.name())) {
      throw refuse(key, "must be parquet, the only format that Firn writes");
    }
  }

  private boolean readVersion() {
    String key = TableProperties.PARQUET_PAGE_VERSION;
    String value = properties.getOrDefault(key, TableProperties.PARQUET_PAGE_VERSION_DEFAULT);
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "v1", "parquet_1_0" -> false;
      case "v2", "parquet_2_0" -> true;
      default -> throw refuse(key, "must be v1 or v2");
    };
  }

  private CompressionCodecName readCodec() {
    String key = TableProperties.PARQUET_COMPRESSION;
    String value = properties.getOrDefault(key, TableProperties.PARQUET_COMPRESSION_DEFAULT);
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "zstd" -> CompressionCodecName.ZSTD;
      case "snappy" -> CompressionCodecName.SNAPPY;
      case "gzip" -> CompressionCodecName.GZIP;
      case "lz4_raw" -> CompressionCodecName.LZ4_RAW;
      case "none", "uncompressed" -> CompressionCodecName.UNCOMPRESSED;
      default -> throw refuse(key, "must be zstd, snappy, gzip, lz4_raw or uncompressed");
    };
  }

  private int readLevel() {
    String key = TableProperties.PARQUET_COMPRESSION_LEVEL;
    String value = properties.get(key);
    if (value == null
        || (codec != CompressionCodecName.ZSTD && codec != CompressionCodecName.GZIP)) {
      // The other codecs have no levels; like Iceberg, a level is not held against them.
      return ColumnSettings.DEFAULT_LEVEL;
    }
    int read = number(key, 0, Integer::valueOf);
    boolean known =
        codec == CompressionCodecName.ZSTD ? read >= -22 && read <= 22 : read >= 0 && read <= 9;
    if (!known) {
      throw refuse(key, "is not a level of " + codec);
    }
    return read;
  }

  private boolean columnFlag(String prefix, @Nullable String name, boolean otherwise) {
    return name == null ? otherwise : flag(prefix + name, otherwise);
  }

  private boolean flag(String key, boolean otherwise) {
    String value = properties.get(key);
    return value == null ? otherwise : Boolean.parseBoolean(value);
  }

  private int positiveInt(String key, int otherwise) {
    int value = number(key, otherwise, Integer::valueOf);
    if (value <= 0) {
      throw refuse(key, "must be positive");
    }
    return value;
  }

  private long positive(String key, long otherwise) {
    long value = number(key, otherwise, Long::valueOf);
    if (value <= 0) {
      throw refuse(key, "must be positive");
    }
    return value;
  }

  private interface Parser<T> {
    T parse(String text);
  }

  private <T> T number(String key, T otherwise, Parser<T> parser) {
    String value = properties.get(key);
    if (value == null) {
      return otherwise;
    }
    try {
      return parser.parse(value);
    } catch (NumberFormatException e) {
      throw refuse(key, "is not a number that fits");
    }
  }

  private UnsupportedTableException refuse(String key, String reason) {
    return new UnsupportedTableException(
        "Table property "
            + key
            + " = '"
            + properties.get(key)
            + "' "
            + reason
            + ". Set it to a value that is, or remove it.",
        key,
        null);
  }
}
