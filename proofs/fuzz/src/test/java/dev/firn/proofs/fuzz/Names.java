package dev.firn.proofs.fuzz;

import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.Position;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.InvalidTokenException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.testkit.MemoryCatalog;
import dev.firn.testkit.RowModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Schemas, partition specs, sort orders, streams, sources and branches with names that nobody
 * should give. Iceberg may refuse to make such a table, the options or the token may refuse a name,
 * opening may refuse the table; but what was opened works, and reads back under its names.
 */
final class Names implements Target {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");
  private static final int ROWS = 3;

  @Override
  public String name() {
    return "names";
  }

  @Override
  public List<byte[]> seeds() {
    return Script.seeds(60, 4);
  }

  /** As for records; names of a few thousand characters are written with each schema and commit. */
  @Override
  public long allowedBytes(byte[] input) {
    return Road.allowedBytes(input);
  }

  @Override
  public void run(byte[] input) {
    Script script = new Script(input);
    RowModel model = new RowModel(script.number());
    // First, so that they are not lost to a schema that takes all of a short script.
    WriterOptions options = options(script);
    CommitToken token = options == null ? null : token(script);
    if (options == null || token == null) {
      return;
    }
    Table table = new OddTables(script, model).create(new MemoryCatalog(), NAME);
    if (table == null) {
      return;
    }
    // The lowest decimals of a column have no truncation.
    boolean anyFits =
        table.spec().fields().stream()
            .noneMatch(field -> field.transform().toString().startsWith("truncate"));
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      NamedAttempt attempt = NamedAttempt.good(model, table.schema().asStruct(), i);
      attempts.add(new NamedAttempt(attempt.given(), anyFits));
    }
    StagingTableWriter<Attempt> writer = open(table, options);
    if (writer != null) {
      Road.travel(table, options, token, writer, attempts);
    }
  }

  private static @Nullable StagingTableWriter<Attempt> open(Table table, WriterOptions options) {
    try {
      return Road.open(table, options);
    } catch (UnsupportedTableException e) {
      return null;
    }
  }

  /** Null if the options refuse a name. */
  private static @Nullable WriterOptions options(Script script) {
    String stream = OddNames.draw(script);
    String branch = script.oneIn(3) ? OddNames.draw(script) : WriterOptions.MAIN_BRANCH;
    try {
      return WriterOptions.builder(stream)
          .branch(branch)
          .ownership(script.flag() ? Ownership.EXCLUSIVE : Ownership.PER_SOURCE)
          .build();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Null if the token refuses a name. */
  private static @Nullable CommitToken token(Script script) {
    if (script.oneIn(3)) {
      return CommitToken.of(script.longNumber());
    }
    Map<String, Position> positions = new HashMap<>();
    for (int i = script.below(4); i >= 0; i--) {
      positions.put(OddNames.draw(script), new Position(script.longNumber(), script.below(3) - 1));
    }
    try {
      return CommitToken.of(positions);
    } catch (InvalidTokenException e) {
      return null;
    }
  }
}
