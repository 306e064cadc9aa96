package dev.firn.benchmarks.encode;

import dev.firn.Firn;
import dev.firn.api.record.RecordMapper;
import dev.firn.benchmarks.Run;
import dev.firn.benchmarks.measure.Contest;
import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Duel;
import dev.firn.benchmarks.rows.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;

/** {@code encode}: the rows of one workload into one file, by everybody. */
public final class EncodeBenchmark {

  private static final String NAME = "encode";

  /** What Firn would choose by itself, chosen as the rivals do. */
  private static final Map<String, String> RIVALS_CHOICES =
      Map.of(
          "firn.parquet.delta-integers",
          "false",
          TableProperties.PARQUET_COMPRESSION_LEVEL,
          Integer.toString(Place.USUAL_LEVEL));

  private EncodeBenchmark() {}

  /** Measures {@code workload} and prints a line for each pair of Firn and a rival. */
  public static <R> List<Duel> run(Workload<R> workload, Run run) throws Exception {
    if (workload.missing().isPresent()) {
      run.out().println(NAME + " " + workload.name() + " skipped: " + workload.missing().get());
      return List.of();
    }
    List<R> rows = workload.generate(run.rows(workload.rows()));
    List<Record> records = rows.stream().map(workload::toRecord).toList();
    WrittenFiles expected = new WrittenFiles(workload.schema(), records);
    try (Place place = Place.open(Map.of("firn.local.sync", "false"))) {
      Table table = place.newTable(workload.name(), workload.schema(), Map.of());
      Table plain = place.newTable(workload.name() + "_plain", workload.schema(), RIVALS_CHOICES);
      Table streamed = place.newTable(workload.name() + "_streamed", workload.schema(), Map.of());
      RecordMapper<R> typed = workload.mapper();
      RecordMapper<Record> recordMapper = Firn.recordMapper();
      List<Contestant> firn =
          List.of(
              new FirnContestant<>("typed", table, typed, rows, expected, 0),
              new FirnContestant<>("record", table, recordMapper, records, expected, 0),
              new FirnContestant<>("pooled", table, typed, rows, expected, 1),
              new PacedContestant<>(streamed, workload, rows, expected),
              new FirnContestant<>("plain", plain, typed, rows, expected, 0));
      List<Contestant> rivals = new ArrayList<>();
      rivals.add(new GenericContestant(table, place, records, expected));
      rivals.add(new AvroContestant(table, place, records, expected));
      Optional<String> noFlink = FlinkContestant.missing();
      if (noFlink.isPresent()) {
        run.out()
            .println(NAME + " " + workload.name() + " vs flink-rowdata skipped: " + noFlink.get());
      } else {
        rivals.add(new FlinkContestant(table, place, records, expected));
      }
      return contest(workload.name(), rows.size(), firn, rivals, run);
    }
  }

  private static List<Duel> contest(
      String workload, int rows, List<Contestant> firn, List<Contestant> rivals, Run run)
      throws Exception {
    List<Contestant> all = new ArrayList<>(firn);
    all.addAll(rivals);
    try {
      Map<String, List<Contestant.Result>> results =
          new Contest(run.warmUp(), run.rounds()).run(all);
      List<Duel> duels = new ArrayList<>();
      for (Contestant subject : firn) {
        for (Contestant rival : rivals) {
          Duel duel =
              Duel.of(
                  NAME,
                  workload + "/" + subject.name(),
                  rows,
                  results.getOrDefault(subject.name(), List.of()),
                  rival.name(),
                  results.getOrDefault(rival.name(), List.of()));
          run.out().println(duel.line());
          duels.add(duel);
        }
      }
      return duels;
    } finally {
      all.forEach(Contestant::close);
    }
  }
}
