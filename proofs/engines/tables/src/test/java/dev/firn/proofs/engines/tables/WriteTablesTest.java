package dev.firn.proofs.engines.tables;

import dev.firn.proofs.engines.TableFacts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteTablesTest {

  private static final long SEED = 20260;

  @TempDir Path directory;

  @Test
  void smoke() throws Exception {
    long t = System.nanoTime();
    WriteTables.write(directory.resolve("catalog"), directory.resolve("facts"), SEED);
    List<TableFacts> all = TableFacts.loadAll(directory.resolve("facts"));
    System.out.println(all.size() + " tables " + (System.nanoTime() - t) / 1e9);
  }
}
