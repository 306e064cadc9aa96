package dev.firn.proofs.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.StreamingTableWriter;
import dev.firn.proofs.crash.Events.Event;
import dev.firn.testkit.MemoryCatalog;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the proofs hold against a table: that it sees what it is there to see. */
class ChecksTest {

  private static final Map<String, Long> ENDS = Map.of("", 20L);

  private final MemoryCatalog catalog = new MemoryCatalog();
  private Table table;

  @BeforeEach
  void writeTwentyEvents() {
    table = Events.create(catalog, PartitionSpec.unpartitioned(), Map.of());
    write("s", 0, 10);
    write("s", 10, 20);
  }

  private void write(String stream, long from, long to) {
    try (StreamingTableWriter<Event> writer =
        Firn.openWriter(catalog, Events.NAME, Events.mapper(1), Scenario.PLAIN.options().build())) {
      for (long number = from; number < to; number++) {
        writer.append(new Event(stream.equals("s") ? "" : stream, number));
      }
      writer.mark(writer.committed().position().orElse(0) + 10);
      writer.commit();
    }
  }

  private DataFile anyFile() throws Exception {
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      return tasks.iterator().next().file();
    }
  }

  @Test
  void aSoundTableIsAsExpected() {
    assertThat(Holding.read(table, ENDS)).isEqualTo(Holding.expected(ENDS, 1));
    Leftovers left = Leftovers.of(table);
    assertThat(left.missing()).isEmpty();
    assertThat(left.data()).isEmpty();
    assertThat(left.metadata()).isEmpty();
  }

  @Test
  void aFileThatIsAddedTwiceIsSeen() throws Exception {
    table.newFastAppend().appendFile(anyFile()).commit();
    assertThat(Holding.read(table, ENDS).troubles()).anyMatch(text -> text.startsWith("twice"));
  }

  @Test
  void aFileThatIsTakenOutIsSeen() throws Exception {
    table.newDelete().deleteFile(anyFile()).commit();
    assertThat(Holding.read(table, ENDS).troubles()).anyMatch(text -> text.startsWith("missing"));
  }

  @Test
  void rowsBeyondTheEndAndRowsOfOthersAreSeen() {
    write("s", 20, 30);
    write("stranger", 0, 10);
    assertThat(Holding.read(table, ENDS).troubles())
        .anyMatch(text -> text.contains("beyond"))
        .anyMatch(text -> text.contains("nobody wrote"));
  }

  @Test
  void anotherPayloadIsAnotherChecksum() {
    assertThat(Holding.read(table, ENDS)).isNotEqualTo(Holding.expected(ENDS, 2));
    assertThat(Events.isWhole(new Event("", 5), 2, Events.payload(new Event("", 6), 1))).isFalse();
  }

  @Test
  void aNamedFileThatIsDeletedIsMissing() throws Exception {
    String location = anyFile().location();
    table.io().deleteFile(location);
    assertThat(Leftovers.of(table).missing()).containsExactly(location);
  }

  @Test
  void aFileThatNobodyNamesIsLeftOver() {
    String stray = table.location() + "/data/stray.parquet";
    catalog.io().put(stray, new byte[1]);
    Leftovers left = Leftovers.of(table);
    assertThat(left.data()).containsExactly(stray);
    left.remove(table.io());
    assertThat(Leftovers.of(table).data()).isEmpty();
    assertThat(Holding.read(table, ENDS)).isEqualTo(Holding.expected(ENDS, 1));
  }
}
