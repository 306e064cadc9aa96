package dev.firn.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.StorageException;
import dev.firn.internal.buffer.Partition;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyFileIO;
import dev.firn.testkit.MemoryFileIO;
import dev.firn.testkit.RowModel;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage that fails costs a file name and nothing else. */
class SealFailureTest {

  private final MemoryFileIO memory = new MemoryFileIO();
  private final FaultPlan plan = FaultPlan.scripted();
  private final FaultyFileIO io = FaultyFileIO.over(memory, plan);
  private final TestFiles files = new TestFiles(io, "memory://faulty");
  private final RowModel model = new RowModel(1);
  private final Schema schema = model.schema(2, 6, 2);
  private final List<Record> rows = model.rows(schema, 2000);
  private final DataFileEncoder encoder =
      new DataFileEncoder(
          files.settings(schema, Map.of("write.parquet.row-group-size-bytes", "20000")),
          Partition.unpartitioned(0));

  SealFailureTest() {
    encoder.add(BatchFill.batch(schema, rows));
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE_FAILS", "WRITE_FAILS", "CLOSE_FAILS"})
  void sealingMayBeTriedAgainAfterEveryKindOfFailure(Fault fault) {
    Call call = List.of(Call.values()).stream().filter(fault::appliesTo).findFirst().orElseThrow();
    plan.on(call, 1, fault).on(call, 2, fault);

    long held = encoder.heldBytes();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(encoder::seal)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(memory.exists(e.location())).isFalse())
          .hasStackTraceContaining("Injected: " + fault)
          .hasMessageContaining("tries again");
    }
    assertThat(encoder.rows()).isEqualTo(2000);
    assertThat(encoder.heldBytes()).isGreaterThan(held / 2);
    assertWhole(encoder.seal());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.00001, 0.5, 0.9, 0.9999})
  void aFullDiskLeavesNoFileAndLosesNoRow(double shareOfTheFile) {
    io.fullAfter((long) (shareOfTheFile * size()));

    assertThatThrownBy(encoder::seal)
        .isInstanceOf(StorageException.class)
        .hasStackTraceContaining("No space left");

    assertThat(memory.locations()).isEmpty();
    io.fullAfter(Long.MAX_VALUE);
    assertWhole(encoder.seal());
  }

  @Test
  void readOnlyStorageLosesNoRow() {
    io.readOnly(true);

    assertThatThrownBy(encoder::seal)
        .isInstanceOf(StorageException.class)
        .hasStackTraceContaining("read-only");

    io.readOnly(false);
    assertWhole(encoder.seal());
  }

  @Test
  void aFileThatCannotBeDeletedEitherIsLeftAsAnOrphan() {
    plan.on(Call.CLOSE, 1, Fault.CLOSE_FAILS).from(Call.DELETE, 1, Fault.DELETE_FAILS);

    assertThatThrownBy(encoder::seal)
        .isInstanceOf(StorageException.class)
        .hasStackTraceContaining("CLOSE_FAILS");

    assertThat(memory.locations()).hasSize(1);
    SealedFile file = encoder.seal();
    assertThat(memory.locations()).hasSize(2).contains(file.location());
    assertWhole(file);
  }

  @Test
  void rowsMayBeAddedAfterAFailure() {
    plan.on(Call.CREATE, 1, Fault.CREATE_FAILS);
    assertThatThrownBy(encoder::seal).isInstanceOf(StorageException.class);

    encoder.add(BatchFill.batch(schema, rows));
    SealedFile file = encoder.seal();

    assertThat(file.rows()).isEqualTo(4000);
    assertThat(files.read(schema, file.location())).hasSize(4000);
  }

  private long size() {
    TestFiles elsewhere = new TestFiles(new MemoryFileIO(), "memory://elsewhere");
    return elsewhere
        .write(schema, Map.of("write.parquet.row-group-size-bytes", "20000"), rows, rows.size())
        .fileSizeInBytes();
  }

  private void assertWhole(SealedFile file) {
    assertThat(files.read(schema, file.location())).isEqualTo(TestFiles.cells(schema, rows));
  }
}
