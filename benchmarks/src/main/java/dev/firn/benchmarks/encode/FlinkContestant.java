package dev.firn.benchmarks.encode;

import dev.firn.benchmarks.measure.Contestant;
import dev.firn.benchmarks.measure.Cost;
import dev.firn.benchmarks.measure.RivalModule;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/**
 * Flink's RowData writer, in a JVM with a class path of its own, because it carries an Iceberg of
 * its own. It reads its rows once from a file, and writes them when it is told to; so only one of
 * the two JVMs works at a time.
 */
final class FlinkContestant implements Contestant {

  private static final RivalModule MODULE =
      new RivalModule(
          "flink-rival", "firn.bench.flink", "-Pflink-rival -pl benchmarks/flink-rival");
  private static final String MAIN = "dev.firn.benchmarks.flink.FlinkRival";

  private final Table table;
  private final Place place;
  private final WrittenFiles expected;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter questions;

  FlinkContestant(Table table, Place place, List<Record> records, WrittenFiles expected)
      throws IOException {
    this.table = table;
    this.place = place;
    this.expected = expected;
    Path schema = place.newFile();
    Files.writeString(schema, SchemaParser.toJson(table.schema()));
    Path settings = place.newFile();
    Properties properties = new Properties();
    properties.putAll(Place.SETTINGS);
    try (Writer writer = Files.newBufferedWriter(settings)) {
      properties.store(writer, null);
    }
    Path rows = place.newFile();
    GenericContestant.write(table, rows.toString(), records);
    this.process = start(schema, settings, rows);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    String ready = answer();
    if (!ready.equals("ready " + records.size())) {
      throw new IOException("Flink's writer did not start, it said: " + ready);
    }
    Files.delete(rows);
  }

  /** Why it cannot take part on this machine, if so. */
  static Optional<String> missing() {
    return MODULE.missing();
  }

  private static Process start(Path schema, Path settings, Path rows) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("-X"))
            .toList());
    command.addAll(List.of("-cp", MODULE.classPath(), MAIN));
    Stream.of(schema, settings, rows).map(Path::toString).forEach(command::add);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Override
  public String name() {
    return "flink-rowdata";
  }

  @Override
  public Result round(boolean careful) throws Exception {
    Path file = place.newFile();
    questions.write(file + System.lineSeparator());
    questions.flush();
    String[] numbers = answer().split(" ", -1);
    long cpu = Long.parseLong(numbers[0]);
    long allocated = Long.parseLong(numbers[2]);
    Cost cost = new Cost(cpu, cpu, Long.parseLong(numbers[1]), allocated, allocated);
    expected.check(name(), table.io().newInputFile(file.toString()), careful);
    Result result = new Result(cost, Files.size(file));
    Files.delete(file);
    return result;
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("Flink's writer has ended; see its words on standard error");
    }
    return line;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
