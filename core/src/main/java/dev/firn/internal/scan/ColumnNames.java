package dev.firn.internal.scan;

import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.jspecify.annotations.Nullable;

/** What the columns of files without field ids are called. */
public final class ColumnNames {

  private ColumnNames() {}

  /** As the table says it; null if it does not. */
  public static @Nullable NameMapping of(TableMetadata base) {
    String mapping = base.property(TableProperties.DEFAULT_NAME_MAPPING, null);
    return mapping == null ? null : NameMappingParser.fromJson(mapping);
  }
}
