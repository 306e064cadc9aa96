package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.GenericsReader;
import dev.firn.testkit.MemoryCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upserts of a table that others write too, or whose storage is not well. */
class UpsertBesideOthersTest {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");

  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.IntegerType.get()));

  private static final RecordMapper<Integer> MAPPER = (id, row) -> row.setInt(0, id);

  private final MemoryCatalog catalog = new MemoryCatalog();
  private final Table table =
      Firn.createTableIfAbsent(
          catalog,
          NAME,
          SCHEMA,
          PartitionSpec.unpartitioned(),
          SortOrder.unsorted(),
          Map.of(TableProperties.FORMAT_VERSION, "3"));

  private static WriterOptions.Builder options(String stream) {
    return WriterOptions.builder(stream).commitPolicy(CommitPolicy.manual());
  }

  private static WriterOptions upserts() {
    return options("upserts").upsertBy("id").build();
  }

  /** Each in a file of its own. */
  private void othersAppend(int... ids) {
    try (StreamingTableWriter<Integer> writer =
        Firn.openWriter(table, MAPPER, options("others").build())) {
      long position = 0;
      for (int id : ids) {
        writer.append(id);
        writer.mark(++position);
        writer.commit();
      }
    }
  }

  private List<DataFile> files() {
    table.refresh();
    List<DataFile> files = new ArrayList<>();
    for (FileScanTask task : table.newScan().planFiles()) {
      files.add(task.file());
    }
    return files;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aDeleteIsNotMissedWhileOneOfTwoRowsIsThere(int gone) {
    othersAppend(1, 1);
    try (StreamingTableWriter<Integer> writer = Firn.openWriter(table, MAPPER, upserts())) {
      table.newDelete().deleteFile(files().get(gone)).commit();

      writer.delete(1);
      writer.mark(1);
      CommitResult result = writer.commit();

      assertThat(result.replaced().rows()).isEqualTo(1);
      assertThat(result.replaced().missedDeletes()).isZero();
      assertThat(GenericsReader.rows(table)).isEmpty();
    }
  }

  @Test
  void aTableWhoseKeysCannotBeReadIsNotOpenedBeforeTheStorageIsWell() {
    othersAppend(1, 2);
    FaultPlan plan = FaultPlan.scripted().from(Call.READ, 1, Fault.READ_FAILS);
    Table faulty = new FaultyCatalog(catalog, plan).loadTable(NAME);

    assertThatThrownBy(() -> Firn.openWriter(faulty, MAPPER, upserts()))
        .isInstanceOf(StorageException.class);

    plan.heal();
    try (StreamingTableWriter<Integer> writer = Firn.openWriter(faulty, MAPPER, upserts())) {
      writer.delete(1);
      writer.mark(1);
      assertThat(writer.commit().replaced().rows()).isEqualTo(1);
    }
  }
}
