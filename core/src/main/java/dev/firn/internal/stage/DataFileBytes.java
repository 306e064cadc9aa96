package dev.firn.internal.stage;

import dev.firn.internal.buffer.Partition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * One {@link DataFile} as bytes, or a delete file of the same form: all that its writer knows. What
 * the commit assigns (sequence numbers, row ids) is not part of it. Values of partitions and bounds
 * are Iceberg's single-value serialization.
 */
final class DataFileBytes {

  /** Path, format, spec, counts, six maps, split offsets, sort order, key: a byte each at least. */
  static final int MIN_BYTES = 14;

  private static final int ABSENT = 0;
  private static final int PRESENT = 1;

  private DataFileBytes() {}

  static void write(ByteSink out, ContentFile<?> file, PartitionSpec spec) {
    out.putString(file.location());
    out.putString(file.format().name());
    out.putVarint(file.specId());
    writePartition(out, file.partition(), spec.partitionType());
    out.putVarint(file.recordCount());
    out.putVarint(file.fileSizeInBytes());
    writeCounts(out, file.columnSizes());
    writeCounts(out, file.valueCounts());
    writeCounts(out, file.nullValueCounts());
    writeCounts(out, file.nanValueCounts());
    writeBounds(out, file.lowerBounds());
    writeBounds(out, file.upperBounds());
    writeOffsets(out, file.splitOffsets());
    @Nullable Integer sortOrderId = file.sortOrderId();
    out.putByte(sortOrderId == null ? ABSENT : PRESENT);
    if (sortOrderId != null) {
      out.putVarint(sortOrderId);
    }
    @Nullable ByteBuffer keyMetadata = file.keyMetadata();
    out.putByte(keyMetadata == null ? ABSENT : PRESENT);
    if (keyMetadata != null) {
      out.putBytes(keyMetadata);
    }
  }

  /** What the bytes say, of either kind of file. */
  private record Content(
      String path,
      FileFormat format,
      PartitionSpec spec,
      Partition partition,
      long bytes,
      Metrics metrics,
      @Nullable List<Long> offsets,
      @Nullable Integer sortOrderId,
      @Nullable ByteBuffer keyMetadata) {}

  static DataFile read(ByteSource in, IntFunction<PartitionSpec> specs) {
    Content content = readContent(in, specs);
    DataFiles.Builder file =
        DataFiles.builder(content.spec)
            .withPath(content.path)
            .withFormat(content.format)
            .withPartition(content.partition)
            .withFileSizeInBytes(content.bytes)
            .withMetrics(content.metrics);
    if (content.offsets != null) {
      file.withSplitOffsets(content.offsets);
    }
    if (content.sortOrderId != null) {
      file.withSortOrderId(content.sortOrderId);
    }
    if (content.keyMetadata != null) {
      file.withEncryptionKeyMetadata(content.keyMetadata);
    }
    return file.build();
  }

  /** A file whose rows delete those that are equal in the columns {@code key}. */
  static DeleteFile readEqualityDeletes(
      ByteSource in, IntFunction<PartitionSpec> specs, int... key) {
    Content content = readContent(in, specs);
    FileMetadata.Builder file =
        FileMetadata.deleteFileBuilder(content.spec)
            .ofEqualityDeletes(key)
            .withPath(content.path)
            .withFormat(content.format)
            .withPartition(content.partition)
            .withFileSizeInBytes(content.bytes)
            .withMetrics(content.metrics)
            .withEncryptionKeyMetadata(content.keyMetadata);
    if (content.offsets != null) {
      file.withSplitOffsets(content.offsets);
    }
    return file.build();
  }

  private static Content readContent(ByteSource in, IntFunction<PartitionSpec> specs) {
    String path = in.getString();
    FileFormat format = FileFormat.fromString(in.getString());
    PartitionSpec spec = specs.apply(in.getInt());
    Partition partition = readPartition(in, spec);
    long rows = in.getVarint();
    long bytes = in.getVarint();
    Metrics metrics =
        new Metrics(
            rows,
            readCounts(in),
            readCounts(in),
            readCounts(in),
            readCounts(in),
            readBounds(in),
            readBounds(in));
    List<Long> offsets = readOffsets(in);
    Integer sortOrderId = in.getByte() == PRESENT ? Integer.valueOf(in.getInt()) : null;
    ByteBuffer keyMetadata = in.getByte() == PRESENT ? ByteBuffer.wrap(in.getBytes()) : null;
    return new Content(
        path, format, spec, partition, bytes, metrics, offsets, sortOrderId, keyMetadata);
  }

  private static void writePartition(ByteSink out, StructLike partition, Types.StructType type) {
    List<Types.NestedField> fields = type.fields();
    for (int i = 0; i < fields.size(); i++) {
      Type fieldType = fields.get(i).type();
      @Nullable Object value = partition.get(i, fieldType.typeId().javaClass());
      out.putByte(value == null ? ABSENT : PRESENT);
      if (value != null) {
        out.putBytes(Conversions.toByteBuffer(fieldType, value));
      }
    }
  }

  private static Partition readPartition(ByteSource in, PartitionSpec spec) {
    List<Types.NestedField> fields = spec.partitionType().fields();
    @Nullable Object[] values = new Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      if (in.getByte() == PRESENT) {
        values[i] = value(fields.get(i).type(), in.getBytes());
      }
    }
    return new Partition(spec.specId(), values);
  }

  private static Object value(Type type, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Object value = Conversions.fromByteBuffer(type, buffer);
    // A CharBuffer would keep the decoder's whole buffer.
    return value instanceof CharSequence text ? text.toString() : value;
  }

  private static void writeCounts(ByteSink out, @Nullable Map<Integer, Long> counts) {
    out.putByte(counts == null ? ABSENT : PRESENT);
    if (counts != null) {
      out.putVarint(counts.size());
      counts.forEach(
          (id, count) -> {
            out.putVarint(id);
            out.putVarint(count);
          });
    }
  }

  private static @Nullable Map<Integer, Long> readCounts(ByteSource in) {
    if (in.getByte() != PRESENT) {
      return null;
    }
    int size = in.getCount(2);
    Map<Integer, Long> counts = new LinkedHashMap<>(size * 2);
    for (int i = 0; i < size; i++) {
      counts.put(in.getInt(), in.getVarint());
    }
    return counts;
  }

  private static void writeBounds(ByteSink out, @Nullable Map<Integer, ByteBuffer> bounds) {
    out.putByte(bounds == null ? ABSENT : PRESENT);
    if (bounds != null) {
      out.putVarint(bounds.size());
      bounds.forEach(
          (id, bound) -> {
            out.putVarint(id);
            out.putBytes(bound);
          });
    }
  }

  private static @Nullable Map<Integer, ByteBuffer> readBounds(ByteSource in) {
    if (in.getByte() != PRESENT) {
      return null;
    }
    int size = in.getCount(2);
    Map<Integer, ByteBuffer> bounds = new LinkedHashMap<>(size * 2);
    for (int i = 0; i < size; i++) {
      bounds.put(in.getInt(), ByteBuffer.wrap(in.getBytes()));
    }
    return bounds;
  }

  private static void writeOffsets(ByteSink out, @Nullable List<Long> offsets) {
    out.putByte(offsets == null ? ABSENT : PRESENT);
    if (offsets != null) {
      out.putVarint(offsets.size());
      offsets.forEach(out::putVarint);
    }
  }

  private static @Nullable List<Long> readOffsets(ByteSource in) {
    if (in.getByte() != PRESENT) {
      return null;
    }
    int size = in.getCount(1);
    List<Long> offsets = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      offsets.add(in.getVarint());
    }
    return offsets;
  }
}
