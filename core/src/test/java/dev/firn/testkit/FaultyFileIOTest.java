package dev.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.internal.local.LocalFileIO;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyFileIOTest {

  @TempDir Path directory;

  private final FaultPlan plan = FaultPlan.scripted();
  private final FaultyFileIO io = FaultyFileIO.over(local(), plan);

  private static FileIO local() {
    LocalFileIO io = new LocalFileIO();
    io.initialize(Map.of(LocalFileIO.SYNC, "false"));
    return io;
  }

  @Test
  void theNthCallOfEachKindFailsAndTheNextDoesNot() throws IOException {
    plan.on(Call.CREATE, 2, Fault.CREATE_FAILS)
        .on(Call.WRITE, 3, Fault.WRITE_FAILS)
        .on(Call.CLOSE, 4, Fault.CLOSE_FAILS)
        .on(Call.READ, 1, Fault.READ_FAILS)
        .on(Call.DELETE, 1, Fault.DELETE_FAILS);
    write("a", 10);
    assertThatThrownBy(() -> write("b", 10)).isInstanceOf(RuntimeIOException.class);
    assertThat(io.newInputFile(at("b")).exists()).isFalse();
    write("b", 10);
    assertThatThrownBy(() -> write("c", 10)).hasMessageContaining("WRITE_FAILS");
    assertThatThrownBy(() -> write("d", 10)).hasMessageContaining("CLOSE_FAILS");
    assertThat(io.newInputFile(at("d")).getLength()).as("it is there all the same").isEqualTo(10);
    assertThatThrownBy(() -> io.newInputFile(at("a")).newStream())
        .isInstanceOf(RuntimeIOException.class);
    io.newInputFile(at("a")).newStream().close();
    assertThatThrownBy(() -> io.deleteFile(at("a"))).isInstanceOf(RuntimeIOException.class);
    assertThat(io.newInputFile(at("a")).exists()).isTrue();
    io.deleteFile(at("a"));
    assertThat(io.newInputFile(at("a")).exists()).isFalse();
    assertThat(io.created()).containsExactly(at("a"), at("b"), at("c"), at("d"));
    assertThat(io.deleted()).containsExactly(at("a"));
    assertThat(plan.effects().values()).hasSize(5).containsOnly(1L);
  }

  @Test
  void aFullDiskTakesWhatFitsAndThenNothing() throws IOException {
    write("before", 7);
    io.fullAfter(25);
    write("a", 10);
    write("b", 10);
    assertThatThrownBy(() -> write("c", 10)).hasMessageContaining("No space left");
    assertThatThrownBy(() -> write("d", 1)).hasMessageContaining("No space left");
    assertThat(io.bytesWritten()).isEqualTo(7 + 25);
    io.fullAfter(Long.MAX_VALUE);
    write("e", 10);
  }

  @Test
  void aReadOnlyDiskReads() throws IOException {
    write("a", 3);
    io.readOnly(true);
    assertThatThrownBy(() -> write("b", 1)).hasMessageContaining("read-only");
    assertThatThrownBy(() -> io.deleteFile(at("a"))).hasMessageContaining("read-only");
    assertThat(io.newInputFile(at("a")).getLength()).isEqualTo(3);
    io.readOnly(false);
    write("b", 1);
  }

  @Test
  void slowCallsAskTheSleeperAndThenWork() throws IOException {
    List<Duration> waits = new ArrayList<>();
    plan.sleeper(waits::add).slowness(Duration.ofSeconds(3));
    plan.on(Call.CREATE, 1, Fault.SLOW_FILE).on(Call.CLOSE, 1, Fault.SLOW_FILE);
    write("a", 1);
    assertThat(waits).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(3));
  }

  @Test
  void theProcessDiesWithAnErrorThatNobodyTakesForAnAnswer() {
    plan.on(Call.WRITE, 1, Fault.DIED_AT_FILE);
    assertThatThrownBy(() -> write("a", 1)).isInstanceOf(ProcessDied.class);
  }

  @Test
  void bulkDeletionFailsForSomeAndCountsThem() throws IOException {
    write("a", 1);
    write("b", 1);
    plan.on(Call.DELETE, 1, Fault.DELETE_FAILS);
    assertThatThrownBy(() -> io.deleteFiles(List.of(at("a"), at("b"))))
        .isInstanceOf(BulkDeletionFailureException.class);
    assertThat(io.newInputFile(at("a")).exists()).isTrue();
    assertThat(io.newInputFile(at("b")).exists()).isFalse();
  }

  @Test
  void listsOnlyIfTheFilesBehindItDo() throws IOException {
    write("x/a", 1);
    assertThat(((SupportsPrefixOperations) io).listPrefix(at("x"))).hasSize(1);
    ((SupportsPrefixOperations) io).deletePrefix(at("x"));
    assertThat(io.deleted()).containsExactly(at("x/a"));
    assertThat(FaultyFileIO.over(new InMemoryFileIO(), plan))
        .isNotInstanceOf(SupportsPrefixOperations.class);
  }

  @Test
  void memoryFilesAreThereOnceClosedAndGoWithTheirObject() throws IOException {
    MemoryFileIO memory = new MemoryFileIO();
    try (PositionOutputStream out = memory.newOutputFile("m:/t/a").create()) {
      out.write(new byte[5]);
      assertThat(memory.exists("m:/t/a")).isFalse();
    }
    assertThat(memory.newInputFile("m:/t/a").getLength()).isEqualTo(5);
    assertThatThrownBy(() -> memory.newOutputFile("m:/t/a").create())
        .isInstanceOf(AlreadyExistsException.class);
    assertThatThrownBy(() -> memory.newInputFile("m:/t/b").newStream())
        .isInstanceOf(NotFoundException.class);
    assertThat(memory.listPrefix("m:/t/")).hasSize(1);
    assertThat(memory.listPrefix("m:/u")).isEmpty();
    assertThat(new MemoryFileIO().locations()).isEmpty();
    memory.deletePrefix("m:/t/");
    assertThat(memory.locations()).isEmpty();
  }

  private String at(String name) {
    return directory + "/" + name;
  }

  private void write(String name, int bytes) throws IOException {
    try (PositionOutputStream out = io.newOutputFile(at(name)).create()) {
      out.write(new byte[bytes]);
    }
  }
}
