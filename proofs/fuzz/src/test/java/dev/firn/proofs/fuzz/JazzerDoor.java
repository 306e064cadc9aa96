package dev.firn.proofs.fuzz;

import dev.firn.proofs.fuzz.Judge.Kind;
import dev.firn.proofs.fuzz.Judge.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Where Jazzer comes in. Judges each input, counts, and keeps the inputs that did not end well; it
 * throws nothing, so that one finding does not end the run. Static, as Jazzer wants it.
 */
public final class JazzerDoor {

  static final String TARGET = "firn.fuzz.target";
  static final String FOLDER = "firn.fuzz.folder";
  static final String TALLY = "tally.txt";
  static final String FINDINGS = "findings";

  private static final long TALLY_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static Judge judge = new Judge(new StagedBytes());
  private static Path folder = Path.of(".");
  private static final Map<Kind, Long> COUNTS = new EnumMap<>(Kind.class);
  private static final Set<Integer> SEEN = new HashSet<>();
  private static long lastTally;

  private JazzerDoor() {}

  /** Called by Jazzer once. The seeds run here already: loading classes is not an input's cost. */
  public static void fuzzerInitialize() {
    Target target = Fuzz.target(System.getProperty(TARGET, ""));
    judge = new Judge(target);
    folder = Path.of(System.getProperty(FOLDER, "."));
    target.seeds().forEach(judge::judge);
  }

  /** Called by Jazzer with every input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Verdict verdict = judge.judge(input);
    COUNTS.merge(verdict.kind(), 1L, Long::sum);
    if (verdict.kind() != Kind.FINE) {
      keep(verdict, input);
    }
    long now = System.nanoTime();
    if (now - lastTally > TALLY_EVERY_NANOS) {
      lastTally = now;
      writeTally();
    }
  }

  /** Called by Jazzer at the end. */
  public static void fuzzerTearDown() {
    writeTally();
  }

  /** One input of each kind, and for crashes of each stack. */
  private static void keep(Verdict verdict, byte[] input) {
    String why = verdict.kind() == Kind.CRASH ? verdict.why() : verdict.kind().name();
    if (!SEEN.add(why.hashCode()) || SEEN.size() > 200) {
      return;
    }
    String name = verdict.kind() + "-" + Integer.toHexString(Arrays.hashCode(input));
    System.out.println(verdict + "\n  input " + HexFormat.of().formatHex(input));
    try {
      Path findings = Files.createDirectories(folder.resolve(FINDINGS));
      Files.write(findings.resolve(name), input);
      Files.writeString(findings.resolve(name + ".txt"), verdict.why());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeTally() {
    StringBuilder text = new StringBuilder();
    for (Kind kind : Kind.values()) {
      text.append(kind).append('=').append(COUNTS.getOrDefault(kind, 0L)).append('\n');
    }
    try {
      Files.writeString(folder.resolve(TALLY), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
