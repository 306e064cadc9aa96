package dev.firn.proofs.catalogs;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.StorageException;
import java.time.Duration;
import org.apache.iceberg.catalog.Catalog;

/** Firn, through its public door only. */
final class FirnWriter implements SceneWriter {

  private final Catalog client;
  private final WriterOptions options;
  private StreamingTableWriter<Long> writer;

  FirnWriter(Catalog client, Duration commitTimeout) {
    this.client = client;
    this.options =
        WriterOptions.builder("events")
            .commitPolicy(CommitPolicy.manual())
            .commitTimeout(commitTimeout)
            .build();
    this.writer = open();
  }

  private StreamingTableWriter<Long> open() {
    return Firn.openWriter(client, Events.NAME, Events.MAPPER, options);
  }

  /** Where the stream is to be read on. */
  long position() {
    return writer.committed().position().orElse(0);
  }

  @Override
  public Told write(int number) {
    return writeUpTo(number);
  }

  /** Feeds what comes after the committed position, like any source that can be replayed. */
  private Told writeUpTo(int number) {
    long end = (long) (number + 1) * Events.BATCH_ROWS;
    long from = position();
    if (from == end) {
      return Told.SUCCESS;
    }
    try {
      for (long id = from; id < end; id++) {
        writer.append(id);
      }
      writer.mark(end);
      requireWhole(writer.commit(), end - from);
      return Told.SUCCESS;
    } catch (CommitUnknownException e) {
      return Told.UNKNOWN;
    } catch (CommitConflictException | StorageException e) {
      return Told.FAILURE;
    }
  }

  /** A commit that landed under a lie is this one, and says all about itself. */
  private static void requireWhole(CommitResult result, long rows) {
    if (result.outcome() != CommitResult.Outcome.COMMITTED || result.rows() != rows) {
      throw new AssertionError(rows + " rows were committed, but the result is " + result);
    }
  }

  @Override
  public void replay(int number) {
    reopen();
    Told told = writeUpTo(number);
    if (told != Told.SUCCESS) {
      throw new AssertionError("A healthy catalog, but a replay ends in " + told);
    }
  }

  /** As a new process does. */
  void reopen() {
    writer.close();
    writer = open();
  }

  /** Opens once, whatever comes of it. */
  Told reopenUnderFault() {
    try {
      reopen();
      return Told.SUCCESS;
    } catch (CommitUnknownException e) {
      return Told.UNKNOWN;
    } catch (CommitConflictException | StorageException e) {
      return Told.FAILURE;
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
