package dev.firn.proofs.objects;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** An application that brings numbered events into a table and does not give up at once. */
abstract class Contestant {

  /** Who takes part. */
  enum Rival {
    /** Firn, used as its documentation says. */
    FIRN("Firn"),
    /** Plain Iceberg; a batch whose commit throws is written again. */
    PLAIN("Iceberg, tries again"),
    /**
     * Plain Iceberg with a position in the snapshot's summary, which is looked for on a fresh table
     * before a batch is written again: what careful sinks do.
     */
    TOKEN("Iceberg, token first");

    private final String title;

    Rival(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    Contestant open(Supplier<Table> table) {
      return switch (this) {
        case FIRN -> new WithFirn(table);
        case PLAIN -> new Plain(table, false);
        case TOKEN -> new Plain(table, true);
      };
    }
  }

  private static final int MAX_TRIES = 8;

  private final List<String> failures = new ArrayList<>();

  /** Brings events {@code from} to {@code to} (exclusive) in; false if it gave up. */
  boolean write(long from, long to) {
    for (int i = 0; i < MAX_TRIES; i++) {
      try {
        attempt(from, to);
        return true;
      } catch (RuntimeException e) {
        failures.add(e.getClass().getSimpleName());
        failed(e);
      }
    }
    return false;
  }

  /** Kinds of exceptions that the application saw. */
  List<String> failures() {
    return failures;
  }

  abstract void attempt(long from, long to);

  abstract void failed(RuntimeException e);

  /** The process ends. */
  abstract void stop();

  private static final class WithFirn extends Contestant {

    private final Supplier<Table> table;
    private StreamingTableWriter<Long> writer;
    private long next;

    WithFirn(Supplier<Table> table) {
      this.table = table;
    }

    @Override
    void attempt(long from, long to) {
      if (writer == null) {
        writer =
            Firn.openWriter(
                table.get(),
                (id, row) -> row.setLong(0, id).setString(1, Events.name(id)),
                WriterOptions.builder("events")
                    .commitPolicy(CommitPolicy.manual())
                    .commitTimeout(Duration.ofSeconds(30))
                    .build());
        next = writer.committed().position().orElse(0);
      }
      for (; next < to; next++) {
        writer.append(next);
        writer.mark(next + 1);
      }
      writer.commit();
    }

    @Override
    void failed(RuntimeException e) {
      if (!(e instanceof FirnException)) {
        throw e; // loading the table is plain Iceberg's part, and healthy here
      }
      if (!(e instanceof StorageException)) {
        stop(); // reopen, ask committed(), replay
      }
    }

    @Override
    void stop() {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }
  }

  private static final class Plain extends Contestant {

    private static final String POSITION = "app.position";

    private final Supplier<Table> table;
    private final boolean token;
    private Table open;

    Plain(Supplier<Table> table, boolean token) {
      this.table = table;
      this.token = token;
    }

    @Override
    void attempt(long from, long to) {
      if (open == null) {
        open = table.get();
      }
      if (token) {
        open.refresh();
        if (position() >= to) {
          return;
        }
      }
      AppendFiles append = open.newAppend().appendFile(Events.write(open, from, to));
      if (token) {
        append.set(POSITION, Long.toString(to));
      }
      append.commit();
    }

    private long position() {
      for (Snapshot at = open.currentSnapshot(); at != null; at = parent(at)) {
        String position = at.summary().get(POSITION);
        if (position != null) {
          return Long.parseLong(position);
        }
      }
      return 0;
    }

    private Snapshot parent(Snapshot of) {
      return of.parentId() == null ? null : open.snapshot(of.parentId());
    }

    @Override
    void failed(RuntimeException e) {}

    @Override
    void stop() {
      open = null;
    }
  }
}
