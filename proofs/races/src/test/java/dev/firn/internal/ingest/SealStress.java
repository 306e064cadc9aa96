package dev.firn.internal.ingest;

import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.MemoryBudget;
import dev.firn.internal.buffer.Partition;
import dev.firn.internal.buffer.RowBatch;
import dev.firn.internal.encode.DataFileEncoder;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Files that are sealed by one thread while another one looks, seals, or drops. */
public final class SealStress {

  private static final int SEALED = 1;
  private static final int DROPPED = 2;

  private SealStress() {}

  /** A file of one row that holds 100 bytes. */
  private static final class OneFile {
    final InMemoryFileIO io = new InMemoryFileIO();
    final MemoryBudget budget = new MemoryBudget(100);
    final SealTask task;
    volatile String location = "";

    OneFile() {
      budget.charge(100);
      RowBatch row = new RowBatch(List.of(ColumnShape.of(ColumnShape.Kind.LONG)));
      ((LongColumn) row.columns().get(0)).append(7);
      row.endRow();
      task =
          new SealTask(
              new DataFileEncoder(SealOrders.settings(io), Partition.unpartitioned(0)),
              row,
              null,
              null,
              io,
              budget,
              100);
    }

    int seal() {
      try {
        String sealed = Objects.requireNonNull(task.seal()).location();
        boolean other = !location.isEmpty() && !location.equals(sealed);
        location = sealed;
        return other ? 0 : SEALED;
      } catch (IllegalStateException e) {
        return DROPPED;
      }
    }

    boolean isThere() {
      return !location.isEmpty() && io.fileExists(location);
    }
  }

  /** What came free is not promised again: what is held is read first, then the promise. */
  @JCStressTest
  @Outcome(id = "100, 100", expect = Expect.ACCEPTABLE, desc = "before")
  @Outcome(id = "100, 0", expect = Expect.ACCEPTABLE, desc = "in between")
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "after")
  @Outcome(expect = Expect.FORBIDDEN, desc = "memory is promised that came free already")
  @State
  public static class NotPromisedAgain {
    private final OneFile file = new OneFile();

    @Actor
    public void drops() {
      file.task.drop();
    }

    @Actor
    public void asks(JJ_Result r) {
      r.r1 = file.budget.used();
      r.r2 = file.task.charged();
    }
  }

  /** Sealed by two: one file, and its memory is given back once. */
  @JCStressTest
  @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "one file, memory back")
  @Outcome(expect = Expect.FORBIDDEN, desc = "two files, or memory kept")
  @State
  public static class SealedByTwo {
    private final OneFile file = new OneFile();

    @Actor
    public void first(IIJ_Result r) {
      r.r1 = file.seal();
    }

    @Actor
    public void second(IIJ_Result r) {
      r.r2 = file.seal();
    }

    @Arbiter
    public void counts(IIJ_Result r) {
      r.r3 = file.isThere() ? file.budget.used() : -1;
    }
  }

  /** Dropped while it is sealed: no file stays, and the memory is given back once. */
  @JCStressTest
  @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "sealed, then deleted")
  @Outcome(id = "2, 0, 0", expect = Expect.ACCEPTABLE, desc = "dropped first")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a file stayed, or memory was kept")
  @State
  public static class DroppedWhileSealed {
    private final OneFile file = new OneFile();

    @Actor
    public void seals(IIJ_Result r) {
      r.r1 = file.seal();
    }

    @Actor
    public void drops() {
      file.task.drop();
    }

    @Arbiter
    public void counts(IIJ_Result r) {
      r.r2 = file.isThere() ? 1 : 0;
      r.r3 = file.budget.used();
    }
  }
}
