package dev.firn.internal.commit;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class CommitFaultsOnSqliteTest extends CommitFaultsContract {
  @TempDir Path folder;

  @Override
  TestTable newTable() {
    return TestTable.onSqlite(folder, Map.of());
  }
}
