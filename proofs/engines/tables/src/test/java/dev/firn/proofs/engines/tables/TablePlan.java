package dev.firn.proofs.engines.tables;

import dev.firn.proofs.engines.TableFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.catalog.Catalog;

/**
 * Which tables are written, where and by whom.
 *
 * @param wanted names of tables; empty for all
 * @param control whether Iceberg's own writer writes in Firn's place: what an engine then reads
 *     wrong is not Firn's doing
 */
record TablePlan(Catalog catalog, Path facts, long seed, Set<String> wanted, boolean control) {

  boolean wants(String name) {
    return wanted.isEmpty() || wanted.contains(name);
  }

  ModelTable create(
      String name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Map<String, String> properties) {
    return ModelTable.create(catalog, name, schema, spec, order, properties, control);
  }

  ModelTable create(
      String name, Schema schema, PartitionSpec spec, Map<String, String> properties) {
    return create(name, schema, spec, SortOrder.unsorted(), properties);
  }

  void save(TableFacts table) {
    try {
      table.save(facts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
