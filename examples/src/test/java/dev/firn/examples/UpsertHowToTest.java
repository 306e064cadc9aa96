package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.DeleteMode;
import dev.firn.api.NullsInKey;
import dev.firn.api.RowLineage;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.record.ChangeKind;
import dev.firn.api.record.RecordMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the how-to "upsert by key", run. */
class UpsertHowToTest {

  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "number", Types.IntegerType.get()),
          Types.NestedField.optional(2, "word", Types.StringType.get()));

  private final RecordMapper<Word> mapper = Firn.javaRecordMapper(Word.class);

  @TempDir Path directory;
  private JdbcCatalog catalog;
  private Table table;

  record Word(Integer number, String word) {}

  @BeforeEach
  void makeTable() {
    catalog = Firn.openEmbedded(directory);
    table =
        Firn.createTableIfAbsent(
            catalog,
            TableIdentifier.of("demo", "words"),
            SCHEMA,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of("format-version", "3"));
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  private static WriterOptions options() {
    return WriterOptions.builder("words")
        .upsertBy("number")
        .commitPolicy(CommitPolicy.manual())
        .build();
  }

  private List<Object> words() {
    return ReaderView.rows(table).stream().map(row -> row.getField("word")).toList();
  }

  @Test
  void theLastChangeOfAKeyWins() {
    try (StreamingTableWriter<Word> writer = Firn.openWriter(table, mapper, options())) {
      writer.upsert(new Word(1, "snow"));
      writer.upsert(new Word(2, "ice"));
      writer.mark(2);
      writer.commit();

      writer.upsert(new Word(1, "firn")); // takes the place of the snow
      writer.append(new Word(1, "glacier")); // an upsert too: no firn is written
      writer.delete(new Word(2, null)); // of a deleted row only the key counts
      writer.delete(new Word(3, null)); // there is none, which is no error
      writer.mark(6);
      CommitResult.Replaced replaced = writer.commit().replaced(); // 2 rows, 1 missed delete

      assertThat(replaced.rows()).isEqualTo(2);
      assertThat(replaced.missedDeletes()).isEqualTo(1);
    }
    assertThat(words()).containsExactly("glacier");
  }

  @Test
  void anUpdateMayChangeTheKey() {
    try (StreamingTableWriter<Word> writer = Firn.openWriter(table, mapper, options())) {
      writer.apply(ChangeKind.INSERT, new Word(1, "snow"));
      writer.apply(ChangeKind.UPDATE_BEFORE, new Word(1, "snow"));
      writer.apply(ChangeKind.UPDATE_AFTER, new Word(7, "firn")); // the key has changed
      writer.mark(3); // not between the two: no reader is to see the table without the row
      writer.commit();
    }
    assertThat(words()).containsExactly("firn");
  }

  @Test
  void nullMayBeAKey() {
    WriterOptions options =
        WriterOptions.builder("words")
            .upsertBy("number")
            .nullsInKey(NullsInKey.AS_VALUE) // null is a key like others, equal to itself
            .build();
    try (StreamingTableWriter<Word> writer = Firn.openWriter(table, mapper, options)) {
      writer.upsert(new Word(null, "snow"));
      writer.upsert(new Word(null, "firn"));
      writer.mark(2);
      writer.commit();
    }
    assertThat(words()).containsExactly("firn");
  }

  @Test
  void theIndexMayHaveADirectory() {
    WriterOptions options =
        WriterOptions.builder("words")
            .upsertBy("number")
            .indexMemoryLimitBytes(256 << 20)
            .indexDirectory(directory.resolve("words-index")) // a directory of its own
            .build();
    for (String word : List.of("snow", "firn")) {
      try (StreamingTableWriter<Word> writer = Firn.openWriter(table, mapper, options)) {
        writer.upsert(new Word(1, word));
        writer.mark(writer.committed().position().orElse(0) + 1);
        writer.commit();
      }
    }
    assertThat(words()).containsExactly("firn");
  }

  @Test
  void anUpsertedRowMayKeepItsId() {
    table.updateProperties().set("format-version", "3").commit();
    WriterOptions options =
        WriterOptions.builder("words")
            .upsertBy("number")
            .rowLineage(RowLineage.PRESERVE) // an upserted row is the same row still
            .build();
    try (StreamingTableWriter<Word> writer = Firn.openWriter(table, mapper, options)) {
      writer.upsert(new Word(1, "snow"));
      writer.mark(1);
      writer.commit();
      List<Long> before = rowIds();
      writer.upsert(new Word(1, "firn"));
      writer.mark(2);
      writer.commit();
      assertThat(words()).containsExactly("firn");
      assertThat(rowIds()).isEqualTo(before);
    }
  }

  private List<Long> rowIds() {
    table.refresh();
    List<Long> ids = new ArrayList<>();
    Schema ofIds = new Schema(MetadataColumns.ROW_ID);
    IcebergGenerics.read(table).project(ofIds).build().forEach(row -> ids.add((Long) row.get(0)));
    return ids;
  }

  @Test
  void readersMayLookForTheRowsThemselves() {
    WriterOptions options =
        WriterOptions.builder("words")
            .upsertBy("number")
            .deleteMode(DeleteMode.EQUALITY_DELETES) // no index, and more work for each reader
            .build();
    for (String word : List.of("snow", "firn")) {
      try (StreamingTableWriter<Word> writer = Firn.openWriter(table, mapper, options)) {
        writer.upsert(new Word(1, word));
        writer.mark(writer.committed().position().orElse(0) + 1);
        writer.commit();
      }
    }
    assertThat(words()).containsExactly("firn");
  }

  @Test
  void upsertsMayBeStagedHereAndCommittedThere() {
    WriterOptions options =
        WriterOptions.builder("words")
            .upsertBy("number")
            .deleteMode(DeleteMode.EQUALITY_DELETES)
            .build();
    List<byte[]> shipped = new ArrayList<>();
    try (StagingTableWriter<Word> worker = Firn.openStagingWriter(table, mapper, options)) {
      worker.upsert(new Word(1, "snow"));
      shipped.add(worker.stage(CommitToken.none(), CommitToken.of("shard-0", 1)).toBytes());
      worker.upsert(new Word(1, "firn"));
      shipped.add(
          worker.stage(CommitToken.of("shard-0", 1), CommitToken.of("shard-0", 2)).toBytes());
    }
    try (TableCommitter committer = Firn.openCommitter(table, options)) {
      for (byte[] staged : shipped) {
        committer.commit(StagedCommit.fromBytes(staged)); // one by one: a snapshot for each
      }
    }
    assertThat(words()).containsExactly("firn");
  }

  @Test
  void aTableMayBeEmptiedAndFilledInOneCommit() {
    try (StreamingTableWriter<Word> writer = Firn.openWriter(table, mapper, options())) {
      writer.upsert(new Word(1, "snow"));
      writer.mark(1);
      writer.commit();

      writer.truncate();
      writer.upsert(new Word(2, "firn"));
      writer.mark(3);
      writer.commit(); // a reader sees the snow, and then the firn
    }
    assertThat(words()).containsExactly("firn");
  }
}
