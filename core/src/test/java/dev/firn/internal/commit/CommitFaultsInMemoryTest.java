package dev.firn.internal.commit;

class CommitFaultsInMemoryTest extends CommitFaultsContract {
  @Override
  TestTable newTable() {
    return TestTable.inMemory();
  }
}
