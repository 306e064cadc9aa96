package dev.firn.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.StorageException;
import dev.firn.api.record.RecordMapper;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.MemoryCatalog;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

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
