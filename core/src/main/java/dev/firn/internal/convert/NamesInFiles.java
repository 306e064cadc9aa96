package dev.firn.internal.convert;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.avro.AvroSchemaUtil;
import org.jspecify.annotations.Nullable;

/**
 * Names that stand beside each other in a data file or a manifest. There a name has letters, digits
 * and underscores only, others are spelled out: {@code a.b} is {@code a_x2Eb}. So two names may
 * become one, with which files can be written but not read, and manifests not even written.
 */
final class NamesInFiles {

  private final Map<String, String> taken = new HashMap<>();

  /** Takes {@code name}; returns the name taken before that is the same in files, or null. */
  @Nullable String take(String name) {
    return taken.putIfAbsent(inFiles(name), name);
  }

  static String inFiles(String name) {
    return AvroSchemaUtil.makeCompatibleName(name);
  }
}
