package dev.firn.proofs.engines.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.engines.Dialect;
import dev.firn.proofs.engines.Engine;
import dev.firn.proofs.engines.EngineCheck;
import dev.firn.proofs.engines.TableFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables for the engines are what they are said to be: a slice, without any engine. */
class WriteTablesTest {

  private static final long SEED = 20_260;

  private static final Set<String> SLICE =
      Set.of(
          "types.v2_decimal_9",
          "types.v3_timestamp_nano_19",
          "parts.truncate_string",
          "evolved.specs_v2",
          "evolved.schemas_v3",
          "evolved.branch_v2",
          "encoded.zstd_pages_v1");

  @TempDir Path directory;
  private JdbcCatalog catalog;

  @BeforeEach
  void openCatalog() {
    catalog = WriteTables.open(directory);
  }

  @AfterEach
  void closeCatalog() {
    catalog.close();
  }

  @Test
  void icebergsGenericReaderFindsWhatTheFactsSay() throws Exception {
    Path facts = directory.resolve("facts");
    WriteTables.write(new TablePlan(catalog, facts, SEED, SLICE, false));
    EngineCheck check = new EngineCheck("generics", Dialect.SPARK, new Generics(), Set.of());
    List<TableFacts> all = TableFacts.loadAll(facts);
    // The generic reader takes no SQL.
    all.forEach(
        table ->
            check.check(
                new TableFacts(
                    table.table(), table.branch(), table.columns(), table.rows(), List.of())));
    System.out.println(check.report());
    assertThat(check.differences()).isEmpty();
    assertThat(all).hasSize(SLICE.size() + 1); // a branch is a table more
  }

  @Test
  void aCellThatIsNotAsSaidIsADifference() throws Exception {
    Path facts = directory.resolve("facts");
    WriteTables.write(new TablePlan(catalog, facts, SEED, Set.of("types.v2_decimal_9"), false));
    TableFacts table = TableFacts.loadAll(facts).get(0);
    Engine liar =
        new Engine() {
          @Override
          public List<List<Object>> rows(TableFacts asked) throws Exception {
            List<List<Object>> rows = new Generics().rows(asked);
            rows.get(7).set(0, -1L);
            return rows;
          }

          @Override
          public List<Long> counts(TableFacts asked, List<String> conditions) {
            List<Long> counts =
                new ArrayList<>(
                    asked.predicates().stream().map(predicate -> predicate.rows()).toList());
            counts.set(0, counts.get(0) + 1);
            return counts;
          }
        };
    EngineCheck check = new EngineCheck("liar", Dialect.SPARK, liar, Set.of());
    check.check(table);
    assertThat(check.differences().get(table.table())).hasSize(2);
    assertThat(check.differencesBeyond(check)).isEmpty();
    assertThat(check.differencesBeyond(new EngineCheck("none", Dialect.SPARK, liar, Set.of())))
        .isEqualTo(check.differences());
    EngineCheck lacking = new EngineCheck("liar", Dialect.SPARK, liar, Set.of("decimal"));
    lacking.check(table);
    assertThat(lacking.differences().get(table.table()))
        .singleElement()
        .asString()
        .contains("although");
  }

  @Test
  void integersWithoutDictionaryAreDeltas() throws Exception {
    String name = "encoded.zstd_pages_v1";
    WriteTables.write(
        new TablePlan(catalog, directory.resolve("facts"), SEED, Set.of(name), false));
    Table table = catalog.loadTable(TableIdentifier.parse(name));
    try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
      for (FileScanTask file : files) {
        for (String column : EncodedTables.DELTAS) {
          assertThat(FileEncodings.of(file.file().location(), column))
              .as(column)
              .contains("DELTA_BINARY_PACKED");
        }
      }
    }
  }

  /** Iceberg's generic reader as an engine. */
  private final class Generics implements Engine {

    @Override
    public List<List<Object>> rows(TableFacts facts) throws Exception {
      Table table = catalog.loadTable(TableIdentifier.parse(facts.table()));
      List<List<Object>> rows = new ArrayList<>();
      try (CloseableIterable<Record> records =
          IcebergGenerics.read(table)
              .useSnapshot(table.snapshot(facts.branch()).snapshotId())
              .project(table.schema())
              .build()) {
        records.forEach(record -> rows.add(ModelTable.cells(table.schema(), record)));
      }
      return rows;
    }

    @Override
    public List<Long> counts(TableFacts table, List<String> conditions) {
      throw new UnsupportedOperationException("the generic reader takes no SQL");
    }
  }
}
