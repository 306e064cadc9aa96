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
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;

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
     * before a batch is written: what careful sinks do.
     */
    TOKEN("Iceberg, looks for a token"),
    /** As before, and the token is validated in each of Iceberg's attempts too. */
    VALIDATED("Iceberg, validates a token");

    private final String title;

    Rival(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    Contestant open(Catalog catalog, TableIdentifier table, int maxTries) {
      return switch (this) {
        case FIRN -> new WithFirn(catalog, table, maxTries);
        case PLAIN, TOKEN, VALIDATED -> new Plain(catalog, table, maxTries, this);
      };
    }
  }

  final Catalog catalog;
  final TableIdentifier table;
  private final int maxTries;
  private final List<String> failures = new ArrayList<>();

  private Contestant(Catalog catalog, TableIdentifier table, int maxTries) {
    this.catalog = catalog;
    this.table = table;
    this.maxTries = maxTries;
  }

  /** Brings events {@code from} to {@code to} (exclusive) in; false if it gave up. */
  boolean write(long from, long to) {
    for (int i = 0; i < maxTries; i++) {
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

    private StreamingTableWriter<Long> writer;
    private long next;

    WithFirn(Catalog catalog, TableIdentifier table, int maxTries) {
      super(catalog, table, maxTries);
    }

    @Override
    void attempt(long from, long to) {
      if (writer == null) {
        writer =
            Firn.openWriter(
                catalog,
                table,
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
        throw new AssertionError("Firn throws nothing else on purpose", e);
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

    private final boolean token;
    private final boolean validated;
    private Table open;

    Plain(Catalog catalog, TableIdentifier table, int maxTries, Rival rival) {
      super(catalog, table, maxTries);
      this.token = rival != Rival.PLAIN;
      this.validated = rival == Rival.VALIDATED;
    }

    @Override
    void attempt(long from, long to) {
      if (open == null) {
        open = catalog.loadTable(table);
      }
      if (token) {
        open.refresh();
        if (position(SnapshotUtil.currentAncestors(open)) >= to) {
          return;
        }
      }
      AppendFiles append = open.newAppend().appendFile(Events.write(open, from, to));
      if (token) {
        append.set(POSITION, Long.toString(to));
      }
      if (validated) {
        append.validateWith(
            ancestors -> {
              long found = position(ancestors);
              if (found > from) {
                throw new ValidationException("Events up to %s are here already", found);
              }
              return true;
            });
      }
      append.commit();
    }

    private static long position(Iterable<Snapshot> newestFirst) {
      for (Snapshot at : newestFirst) {
        String position = at.summary().get(POSITION);
        if (position != null) {
          return Long.parseLong(position);
        }
      }
      return 0;
    }

    @Override
    void failed(RuntimeException e) {}

    @Override
    void stop() {
      open = null;
    }
  }
}
