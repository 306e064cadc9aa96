package dev.firn.proofs.crash;

import dev.firn.Firn;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.proofs.crash.Events.Event;
import dev.firn.proofs.crash.Trace.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * The process that is killed: asks {@code committed()}, and writes its source's events from there
 * on, with commits in the background, until it is killed or has come to the end that its trace
 * names. It does nothing to survive: that is up to Firn.
 */
public final class StreamChild {

  private static final int EVENTS_PER_MARK = 7;
  private static final long PAUSE_NANOS = 1_500_000;

  private final Variant variant;
  private final String source;
  private final Trace trace;

  private StreamChild(Variant variant, String source, Trace trace) {
    this.variant = variant;
    this.source = source;
    this.trace = trace;
  }

  /** Arguments: catalog directory, variant, source, generation of its claim, trace file. */
  public static void main(String[] args) throws Exception {
    Trace trace = Trace.open(Path.of(args[4]));
    Variant variant = Variant.valueOf(args[1]);
    TracedFiles.watch(trace, variant.sealingIsInside());
    Map<String, String> traced =
        Map.of(CatalogProperties.FILE_IO_IMPL, TracedFiles.class.getName());
    try (JdbcCatalog catalog = Firn.openEmbedded(Path.of(args[0]), traced)) {
      new StreamChild(variant, args[2], trace).run(catalog, Long.parseLong(args[3]));
    }
  }

  private void run(JdbcCatalog catalog, long generation) {
    WriterOptions options = variant.options().listener(new Returns()).build();
    trace.phase(Phase.OPENING);
    try (StreamingTableWriter<Event> writer =
        Firn.openWriter(catalog, Events.NAME, Events.mapper(variant.words()), options)) {
      CommitToken token =
          source.isEmpty() ? writer.committed() : writer.claim(List.of(source), generation);
      trace.phase(Phase.QUIET);
      write(writer, token.positions().containsKey(source) ? major(token) : 0);
      writer.commit();
    }
    trace.phase(Phase.DONE);
  }

  private long major(CommitToken token) {
    return token.positions().get(source).major();
  }

  private void write(StreamingTableWriter<Event> writer, long from) {
    long end = trace.end();
    long number = from;
    while (number < end) {
      long mark = Math.min(end, number + EVENTS_PER_MARK);
      while (number < mark) {
        writer.append(new Event(source, number));
        number++;
      }
      if (source.isEmpty()) {
        writer.mark(number);
      } else {
        writer.mark(source, number);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Notes that a commit has returned. */
  private final class Returns implements WriterListener {
    @Override
    public void committed(CommitResult result) {
      trace.committed();
    }
  }
}
