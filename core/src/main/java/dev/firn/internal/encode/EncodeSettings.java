package dev.firn.internal.encode;

import dev.firn.api.error.UnsupportedTableException;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.parquet.ColumnEncoder;
import dev.firn.internal.parquet.ColumnSettings;
import dev.firn.internal.parquet.PageScratch;
import dev.firn.internal.parquet.ParquetFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.GeometryFieldMetrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the files of a table have in common, parsed once: columns, properties, metrics
 * configuration, where files go. Made anew when schema, specs or properties of the table change.
 * Immutable, thread-safe, shared by all encoders.
 */
public final class EncodeSettings {

  private static final String SCHEMA_KEY = "iceberg.schema";

  /** A thread's pages, uncompressed and compressed, usually take 2 to 4 MB. */
  private static final long LARGEST_IDLE_SCRATCH_BYTES = 16L << 20;

  /** The dictionaries of some dozen columns at their default limit. */
  private static final long LARGEST_IDLE_ENCODERS_BYTES = 32L << 20;

  private final FileProperties properties;
  private final List<Leaf> leaves;
  private final List<ColumnSettings> columns;
  private final ParquetFile file;
  private final MetricsConfig metrics;
  private final Map<Integer, PartitionSpec> specs;
  private final SortOrder sortOrder;
  private final FileIO io;
  private final LocationProvider locations;
  private final EncryptionManager encryption;
  private final FileNames names;
  private final Crew crew;
  private final IdlePool<EncodeScratch> scratches;
  private final IdlePool<ColumnEncoder[]> encoders;

  private EncodeSettings(
      Schema schema,
      Map<Integer, PartitionSpec> specs,
      SortOrder sortOrder,
      Map<String, String> tableProperties,
      FileIO io,
      LocationProvider locations,
      EncryptionManager encryption,
      FileNames names,
      Crew crew) {
    this.properties = new FileProperties(tableProperties);
    MessageType type = fileSchema(schema);
    this.leaves = Leaf.of(schema, type);
    this.columns =
        leaves.stream()
            .map(leaf -> properties.column(schema.findColumnName(leaf.fieldId())))
            .toList();
    this.file =
        new ParquetFile(
            type, Map.of(SCHEMA_KEY, SchemaParser.toJson(schema)), properties.indexTruncateLength);
    this.metrics = metricsConfig(schema, type, sortOrder, tableProperties);
    this.specs = Map.copyOf(specs);
    this.sortOrder = sortOrder;
    this.io = io;
    this.locations = locations;
    this.encryption = encryption;
    this.names = names;
    this.crew = crew;
    this.scratches =
        new IdlePool<>(
            () -> new EncodeScratch(new PageScratch(properties.codec, properties.level)),
            EncodeScratch::heapBytes,
            LARGEST_IDLE_SCRATCH_BYTES);
    this.encoders =
        new IdlePool<>(this::newEncoders, EncodeSettings::heldBytes, LARGEST_IDLE_ENCODERS_BYTES);
  }

  /**
   * The settings of a table.
   *
   * @param schema of the rows
   * @param specs all partition specs by id
   * @param sortOrder the order that rows will have in each file
   * @param tableProperties of the table
   * @param names of the files
   * @param crew who may encode some of the columns
   * @throws UnsupportedTableException if a property or the schema asks for what cannot be written
   */
  public static EncodeSettings of(
      Schema schema,
      Map<Integer, PartitionSpec> specs,
      SortOrder sortOrder,
      Map<String, String> tableProperties,
      FileIO io,
      LocationProvider locations,
      EncryptionManager encryption,
      FileNames names,
      Crew crew) {
    return new EncodeSettings(
        schema, specs, sortOrder, tableProperties, io, locations, encryption, names, crew);
  }

  private static MessageType fileSchema(Schema schema) {
    try {
      return ParquetSchemaUtil.convert(schema, "table");
    } catch (RuntimeException e) {
      throw new UnsupportedTableException(
          "The table's schema has no form in Parquet: " + e.getMessage() + ". Schema: " + schema,
          "schema",
          e);
    }
  }

  /**
   * Iceberg looks metrics modes up by the names of the table's schema; from a footer it can do so
   * by the file's names only. They differ where a name is not legal in Avro; then every column's
   * mode is said for its name in the file.
   */
  private static MetricsConfig metricsConfig(
      Schema schema, MessageType type, SortOrder order, Map<String, String> tableProperties) {
    MetricsConfig config = MetricsConfig.from(tableProperties, schema, order);
    Schema fileSchema = ParquetSchemaUtil.convertAndPrune(type);
    Map<String, String> modes = new HashMap<>();
    boolean sameNames = true;
    for (int id : TypeUtil.getProjectedIds(fileSchema)) {
      String name = schema.findColumnName(id);
      String fileName = fileSchema.findColumnName(id);
      if (name != null && fileName != null) {
        sameNames &= name.equals(fileName);
        modes.put(
            TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + fileName,
            config.columnMode(name).toString());
      }
    }
    return sameNames ? config : MetricsConfig.from(modes, fileSchema, SortOrder.unsorted());
  }

  List<Leaf> leaves() {
    return leaves;
  }

  FileProperties properties() {
    return properties;
  }

  ParquetFile file() {
    return file;
  }

  MetricsConfig metrics() {
    return metrics;
  }

  SortOrder sortOrder() {
    return sortOrder;
  }

  FileIO io() {
    return io;
  }

  Crew crew() {
    return crew;
  }

  IdlePool<EncodeScratch> scratches() {
    return scratches;
  }

  /** Encoders of files, one per leaf, as new. */
  IdlePool<ColumnEncoder[]> encoders() {
    return encoders;
  }

  static long heldBytes(ColumnEncoder[] encoders) {
    long total = 0;
    for (ColumnEncoder encoder : encoders) {
      total += encoder.heldBytes();
    }
    return total;
  }

  private ColumnEncoder[] newEncoders() {
    ColumnEncoder[] encoders = new ColumnEncoder[leaves.size()];
    for (int i = 0; i < encoders.length; i++) {
      encoders[i] = ColumnEncoder.of(leaves.get(i).descriptor(), columns.get(i));
    }
    return encoders;
  }

  /** Collects where geometries lie, per leaf; null where there are none. */
  GeometryFieldMetrics.@Nullable Builder[] newShapes() {
    GeometryFieldMetrics.@Nullable Builder[] shapes =
        new GeometryFieldMetrics.@Nullable Builder[leaves.size()];
    for (int i = 0; i < shapes.length; i++) {
      Leaf leaf = leaves.get(i);
      if (leaf.type().typeId() == Type.TypeID.GEOMETRY && !leaf.isRepeated()) {
        shapes[i] = new GeometryFieldMetrics.Builder(leaf.fieldId(), leaf.type());
      }
    }
    return shapes;
  }

  PartitionSpec spec(Partition partition) {
    PartitionSpec spec = specs.get(partition.specId());
    if (spec == null) {
      throw new IllegalStateException(
          "the table has no partition spec " + partition.specId() + ", only " + specs.keySet());
    }
    return spec;
  }

  /** A place for a new file of {@code partition}. */
  String newLocation(Partition partition) {
    PartitionSpec spec = spec(partition);
    return spec.isPartitioned()
        ? locations.newDataLocation(spec, partition, names.next())
        : locations.newDataLocation(names.next());
  }

  /** The file at {@code location}, to be written as the table's encryption asks. */
  EncryptedOutputFile newFile(String location) {
    return encryption.encrypt(io.newOutputFile(location));
  }

  /** The size that files of this table aim at. */
  public long targetFileBytes() {
    return properties.targetFileBytes;
  }

  /** Rows that a page has at most: the best size of a batch. */
  public int pageRows() {
    return properties.pageRows;
  }
}
