package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitResult;
import dev.firn.api.CommitToken;
import dev.firn.api.Ownership;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.TokenLostException;
import dev.firn.api.error.UnsupportedTableException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.api.record.RecordMapper;
import dev.firn.api.record.RowAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the how-to guides, run. */
class HowToTest {

  private static final TableIdentifier NAME = TableIdentifier.of("demo", "words");
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "number", Types.IntegerType.get()),
          Types.NestedField.required(2, "word", Types.StringType.get()));

  private static final List<Word> SOURCE =
      List.of(new Word(0, "snow"), new Word(1, null), new Word(2, "firn"), new Word(3, "ice"));

  private record Word(int number, String word) {}

  @TempDir Path directory;
  private JdbcCatalog catalog;
  private Table table;
  private final RecordMapper<Word> mapper = new WordMapper();
  private final List<String> setAside = new ArrayList<>();

  @BeforeEach
  void makeTable() {
    catalog = Firn.openEmbedded(directory);
    table = Firn.createTableIfAbsent(catalog, NAME, SCHEMA);
  }

  @AfterEach
  void close() throws Exception {
    catalog.close();
  }

  /** Names become positions once per schema, not once per row. */
  private static final class WordMapper implements RecordMapper<Word> {
    private int number;
    private int word;

    @Override
    public void bind(Schema schema) {
      number = schema.columns().indexOf(schema.findField("number"));
      word = schema.columns().indexOf(schema.findField("word"));
    }

    @Override
    public void map(Word record, RowAppender row) {
      row.setInt(number, record.number());
      row.setObject(word, record.word()); // null too, which this column refuses
    }
  }

  private void writeAll(WriterOptions options) {
    while (true) {
      try (StreamingTableWriter<Word> writer = Firn.openWriter(catalog, NAME, mapper, options)) {
        long next = writer.committed().position().orElse(0);
        for (Word word : SOURCE.subList((int) next, SOURCE.size())) {
          appendOrSetAside(writer, word);
          writer.mark(word.number() + 1);
        }
        writer.commit();
        return;
      } catch (WriterFencedException
          | TokenLostException
          | TableGoneException
          | UnsupportedTableException
          | WriterInterruptedException e) {
        throw e; // stop: a person, or the stream's new owner, comes next
      } catch (FirnException e) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5)); // then reopen, ask, and replay
      }
    }
  }

  private void appendOrSetAside(StreamingTableWriter<Word> writer, Word word) {
    try {
      writer.append(word);
    } catch (RecordRejectedException e) {
      setAside.add(word + ": " + e.field() + " " + e.reason());
    }
  }

  @Test
  void badRecordsAreSetAside() {
    writeAll(WriterOptions.builder("words").build());
    assertThat(ReaderView.rows(table)).hasSize(3);
    assertThat(setAside).singleElement().asString().contains("word");
  }

  @Test
  void theSecondOwnerOfAStreamFencesTheFirst() {
    WriterOptions options = WriterOptions.builder("words").build();
    StreamingTableWriter<Word> first = Firn.openWriter(catalog, NAME, mapper, options);
    StreamingTableWriter<Word> second = Firn.openWriter(catalog, NAME, mapper, options);
    first.append(SOURCE.get(0));
    first.mark(1);
    assertThatThrownBy(first::commit).isInstanceOf(WriterFencedException.class);
    first.close();
    second.append(SOURCE.get(0));
    second.mark(1);
    second.commit();
    second.close();
    assertThat(ReaderView.rows(table)).hasSize(1);
  }

  @Test
  void aBranchIsWrittenAndThenPublished() throws Exception {
    WriterOptions options = WriterOptions.builder("words").branch("audit").build();
    try (StreamingTableWriter<Word> writer = Firn.openWriter(catalog, NAME, mapper, options)) {
      writer.append(new Word(0, "snow"));
      writer.mark(1);
      writer.commit();
    }

    table.refresh();
    long audited = table.snapshot("audit").snapshotId();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table).useSnapshot(audited).build()) {
      assertThat(rows).hasSize(1);
    }
    assertThat(ReaderView.rows(table)).isEmpty(); // main shows nothing yet

    table.manageSnapshots().fastForwardBranch("main", "audit").commit();
    assertThat(ReaderView.rows(table)).hasSize(1);
    try (StreamingTableWriter<Word> onMain =
        Firn.openWriter(catalog, NAME, mapper, options.toBuilder().branch("main").build())) {
      assertThat(onMain.committed()).isEqualTo(CommitToken.of(1)); // the token came along
    }
  }

  @Test
  void aHostStagesInManyPlacesAndCommitsInOne() {
    WriterOptions options = WriterOptions.builder("words").build();
    List<byte[]> shipped = new ArrayList<>();

    // In each worker: rows become files, the table does not change.
    try (StagingTableWriter<Word> worker = Firn.openStagingWriter(table, mapper, options)) {
      worker.append(new Word(0, "snow"));
      StagedCommit staged = worker.stage(CommitToken.none(), CommitToken.of("shard-0", 1));
      shipped.add(staged.toBytes());
    }
    try (StagingTableWriter<Word> worker = Firn.openStagingWriter(table, mapper, options)) {
      worker.append(new Word(1, "ice"));
      StagedCommit staged = worker.stage(CommitToken.none(), CommitToken.of("shard-1", 1));
      shipped.add(staged.toBytes());
    }

    // In the one committer: all of it becomes one snapshot. Committing it twice is harmless.
    List<StagedCommit> staged = shipped.stream().map(StagedCommit::fromBytes).toList();
    try (TableCommitter committer = Firn.openCommitter(table, options)) {
      CommitResult result = committer.commit(staged);
      CommitResult again = committer.commit(staged);
      assertThat(result.outcome()).isEqualTo(CommitResult.Outcome.COMMITTED);
      assertThat(again.outcome()).isEqualTo(CommitResult.Outcome.ALREADY_COMMITTED);
    }
    assertThat(ReaderView.rows(table)).hasSize(2);
  }

  @Test
  void membersOfAGroupClaimTheirSources() {
    WriterOptions options = WriterOptions.builder("words").ownership(Ownership.PER_SOURCE).build();
    int generation = 1;
    try (StreamingTableWriter<Word> writer = Firn.openWriter(catalog, NAME, mapper, options)) {
      CommitToken start = writer.claim(List.of("words-0", "words-1"), generation);
      long next = start.position("words-0").orElse(0);

      writer.append(new Word((int) next, "snow"));
      writer.mark("words-0", next + 1);
      writer.commit();
      writer.release(List.of("words-0"));
    }
    assertThat(ReaderView.rows(table)).hasSize(1);
  }

  @Test
  void oldSnapshotsGoBehindTheCommits() {
    table
        .updateProperties()
        .set("history.expire.max-snapshot-age-ms", "600000") // not below your longest query
        .set("history.expire.min-snapshots-to-keep", "60")
        .commit();

    WriterOptions options =
        WriterOptions.builder("words")
            .commitPolicy(CommitPolicy.every(Duration.ofSeconds(1)))
            .expireSnapshots(true)
            .build();

    table.updateProperties().set("history.expire.max-snapshot-age-ms", "1").commit();
    int commits = 150;
    try (StreamingTableWriter<Word> writer = Firn.openWriter(catalog, NAME, mapper, options)) {
      for (int i = 0; i < commits; i++) {
        writer.append(new Word(i, "snow"));
        writer.mark(i + 1);
        writer.commit();
      }
    }
    table.refresh();
    assertThat(table.snapshots()).hasSizeBetween(60, 125);
    assertThat(ReaderView.rows(table)).hasSize(commits);
  }

  @Test
  void policiesSayWhenCommitsAreDue() {
    CommitPolicy fresh = CommitPolicy.every(Duration.ofSeconds(1));
    CommitPolicy steady =
        CommitPolicy.every(Duration.ofMinutes(1))
            .orAfterRows(1_000_000)
            .orWhenIdle(Duration.ofSeconds(5));
    CommitPolicy bulk = CommitPolicy.manual();

    assertThat(List.of(fresh, steady, bulk)).doesNotHaveDuplicates();
  }
}
