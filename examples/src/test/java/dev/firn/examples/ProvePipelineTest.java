package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.testkit.Call;
import dev.firn.testkit.ExactlyOnceAssert;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.ProcessDied;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the how-to "prove your pipeline", run. */
class ProvePipelineTest {

  private static final TableIdentifier NAME = TableIdentifier.of("demo", "orders");
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "order_id", Types.IntegerType.get()));
  private static final int ORDERS = 200;
  private static final int BATCH = 20;

  record Order(int orderId) {}

  @TempDir Path directory;
  private JdbcCatalog catalog;

  @BeforeEach
  void makeTable() {
    catalog = Firn.openEmbedded(directory);
    Firn.createTableIfAbsent(catalog, NAME, SCHEMA);
  }

  @AfterEach
  void close() throws Exception {
    catalog.close();
  }

  /** What stands for your pipeline: it is handed its catalog, and asks the table where it was. */
  private static final class Pipeline {

    static void run(Catalog catalog) {
      WriterOptions options =
          WriterOptions.builder("orders").commitTimeout(Duration.ofSeconds(2)).build();
      try (StreamingTableWriter<Order> writer =
          Firn.openWriter(catalog, NAME, Firn.javaRecordMapper(Order.class), options)) {
        int next = (int) writer.committed().position().orElse(0);
        while (next < ORDERS) {
          for (int end = Math.min(next + BATCH, ORDERS); next < end; next++) {
            writer.append(new Order(next));
          }
          writer.mark(next);
          writer.commit();
        }
      }
    }
  }

  @RepeatedTest(5)
  void everyOrderIsThereOnceWhateverTheCatalogAnswers(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    FaultPlan plan =
        FaultPlan.seeded(seed)
            .rate(Fault.APPLIED_BUT_REFUSED, 0.1) // done, and answered "failed"
            .rate(Fault.UNKNOWN_APPLIED, 0.1) // done, and nobody knows
            .rate(Fault.UNKNOWN_NOT_APPLIED, 0.1)
            .rate(Fault.DIED_AFTER_COMMIT, 0.05) // the process dies
            .rate(Fault.WRITE_FAILS, 0.01)
            .rate(Fault.REFRESH_FAILS, 0.05);
    FaultyCatalog faulty = new FaultyCatalog(catalog, plan);

    for (boolean done = false; !done; ) {
      try {
        Pipeline.run(faulty);
        done = true;
      } catch (FirnException | ProcessDied e) {
        // as your supervisor would: start it again
      }
    }

    List<Integer> sent = IntStream.range(0, ORDERS).boxed().toList();
    ExactlyOnceAssert.assertThat(catalog.loadTable(NAME))
        .keyedBy("order_id")
        .holdsExactly(sent)
        .isReadable();
    assertThat(plan.effects()).as("faults of seed %s", seed).isNotEmpty();
  }

  @Test
  void oneFaultAtAChosenMoment() {
    FaultPlan plan = FaultPlan.scripted().on(Call.COMMIT, 3, Fault.DIED_AFTER_COMMIT);
    FaultyCatalog faulty = new FaultyCatalog(catalog, plan);
    assertThatThrownBy(() -> Pipeline.run(faulty)).isInstanceOf(Throwable.class);
    Pipeline.run(faulty);
    ExactlyOnceAssert.assertThat(catalog.loadTable(NAME))
        .keyedBy("order_id")
        .holdsExactly(IntStream.range(0, ORDERS).boxed().toList());
  }
}
