package dev.firn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every example runs, and reports what it promises. */
class ExamplesTest {

  @TempDir Path directory;

  /** Numbers are shown as the reader's country writes them; the tests expect one way. */
  @BeforeAll
  static void writeNumbersTheSameEverywhere() {
    Locale.setDefault(Locale.ROOT);
  }

  /** What a reader sees of the earthquakes that were seen, revised and retracted. */
  private static final String STATES =
      "  rows           1,690, of 1,690 earthquakes\n"
          + "    automatic    487\n"
          + "    reviewed     1,203\n";

  private interface Example {
    void run(Path directory, PrintStream out) throws Exception;
  }

  private String reportOf(Example example) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      example.run(directory, out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void quickStartWritesTheWeekOnce() throws Exception {
    assertThat(reportOf(QuickStart::run))
        .contains("The table held 0 earthquakes; this run added 1,707.")
        .containsPattern("rows +1,707\n")
        .containsPattern("token +1707\n")
        .contains("M 6.4  2018-02-06T15:50:42.400Z  22km NNE of Hualian, Taiwan");
    assertThat(reportOf(QuickStart::run))
        .contains("The table held 1,707 earthquakes; this run added 0.")
        .containsPattern("rows +1,707\n")
        .containsPattern("token +1707\n");
  }

  @Test
  void upsertByKeyKeepsTheLastStateOfEachEarthquakeThoughItIsRunTwice() throws Exception {
    assertThat(reportOf(UpsertByKey::run))
        .contains("The table held 0 earthquakes; this run brought 3,431 changes.")
        .contains(STATES)
        .containsPattern("data files +[0-9]+, of which [1-9]")
        .containsPattern("rows taken out [1-9]")
        .contains("freshness");
    assertThat(reportOf(UpsertByKey::run))
        .contains("The table held 1,690 earthquakes; this run brought 0 changes.")
        .contains(STATES)
        .containsPattern("keys read +[1-9]")
        .contains("rows written   0\n", "rows taken out 0, ");
  }

  @Test
  void sharedWriterAppShowsEachRowOnce() throws Exception {
    String all = String.format("%,d", SharedWriterApp.THREADS * SharedWriterApp.ROWS_PER_THREAD);
    assertThat(reportOf(SharedWriterApp::run))
        .contains("0 rows before, " + all + " after.")
        .doesNotContain("not yet visible");
    assertThat(reportOf(SharedWriterApp::run)).contains(all + " rows before, ");
  }

  @Test
  void mapRowsRefusesWhatDoesNotFit() throws Exception {
    assertThat(reportOf(MapRows::run))
        .contains("Row 2 refused: column station, ")
        .contains("Row 3 refused: column readings")
        .contains("Hualien")
        .contains("Castaic")
        .doesNotContain("Kodiak");
  }

  @Test
  void javaRecordsGoToTheColumnsOfTheirNames() throws Exception {
    assertThat(reportOf(JavaRecords::run))
        .contains("COMMITTED: 3 rows")
        .contains("Zoë")
        .contains("7.00")
        .contains("1250.05");
    assertThat(reportOf(JavaRecords::run)).contains("NOTHING_TO_COMMIT: 0 rows");
  }

  @Test
  void exactlyOnceReplaySurvivesItsCrashes() throws Exception {
    assertThat(reportOf((path, out) -> assertThat(ExactlyOnceReplay.run(path, 2, out)).isTrue()))
        .contains("Last run: the source has ended.")
        .contains("200,000 rows: 0 numbers missing, 0 doubled.");
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void kafkaToIcebergWritesTheWeekOnceThoughItIsRunTwice() throws Exception {
    assertThat(reportOf((path, out) -> KafkaToIceberg.run(path, 0, out)))
        .contains("The table held 0 rows; this run added 1,707.")
        .contains("1,707 rows visible")
        .contains("0 records missing, 0 doubled")
        .doesNotContain("synthetic");
    assertThat(reportOf((path, out) -> KafkaToIceberg.run(path, 5_000, out)))
        .contains("The table held 1,707 rows; this run added 0.")
        .contains("The table held 0 rows; this run added 5,000.");
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void kafkaUpsertsKeepsTheLastStateOfEachEarthquakeThoughItIsRunTwice() throws Exception {
    assertThat(reportOf(KafkaUpserts::run)).contains(STATES).containsPattern("keys read +0,");
    assertThat(reportOf(KafkaUpserts::run))
        .contains("0 rows visible")
        .contains(STATES)
        .containsPattern("keys read +[1-9]")
        .contains("rows written   0\n", "rows taken out 0, ");
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void kafkaConsumerGroupGoesOnWithoutTheOneThatWasKilled() throws Exception {
    assertThat(reportOf((path, out) -> assertThat(KafkaConsumerGroup.run(path, out)).isTrue()))
        .contains("Ann reads partitions [0, 1, 2, 3]")
        .contains("Ann is killed")
        .contains("Ben reads partitions [0, 1, 2, 3]")
        .contains("0 records missing, 0 doubled");
  }
}
