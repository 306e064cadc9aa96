package dev.firn.proofs.catalogs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Plays every scene with plain Iceberg and with Firn, and writes the page that compares them. */
final class FaultsPage {

  private static final String TOP =
      """
      # Commits under catalog faults: who loses what

      Made by the command below. Without `-Dfirn.page=write` the same test checks that this page is what happens.

      ```
      mvn -B verify -Pintegration -pl proofs/catalogs -am \\
        -Dtest=FaultsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dfirn.page=write
      ```

      Each line is a run on a real catalog: three batches of 10 rows are committed, and the second one's request is hurt.
      "Applied" says whether the request reached the catalog before the client heard anything; "foreign" whether another,
      healthy client appended 5 rows while the answer was on its way. REST is Iceberg's own protocol handlers over HTTP
      behind a proxy, PostgreSQL 14 is behind a proxy that knows its frames, SQLite is behind a driver that cuts. Afterwards
      all rows are read back by Iceberg's generic reader, and so is every snapshot that the table keeps.

      *Plain Iceberg* is `table.newAppend().appendFile(file).commit()` of Iceberg 1.12 with its own retry. It takes Iceberg
      at its word: told success it goes on, told failure or unknown it appends the batch again. (Whoever appends nothing
      again after "unknown" doubles nothing, and loses the rows where the line says "right".) *Firn* is
      `Firn.openWriter(...)` and `commit()`; told unknown it is reopened and fed from `committed()`.

      "told" is the answer of the hurt commit, **bold** where it is false. "Last attempt" means that the table leaves
      Iceberg no retry (`commit.retry.num-retries=0`); by default it is where Iceberg stands after four lost races. Silence
      lasts until a client timeout of 2 s. A request that arrives late is one whose client has been told 500 (REST) or has
      been cut off (JDBC).

      """;

  private record Line(Scene scene, Outcome plain, Outcome firn) {}

  private final Path folder;
  private final Duration slow;

  FaultsPage(Path folder, Duration slow) {
    this.folder = folder;
    this.slow = slow;
  }

  String write() {
    List<Line> lines = lines();
    StringBuilder page = new StringBuilder(TOP);
    summary(page, lines);
    for (Place place : Place.values()) {
      page.append("\n## ").append(place.title).append("\n\n");
      page.append(
          "| fault | applied | foreign | plain Iceberg: told | result | Firn: told | result |\n");
      page.append("|---|---|---|---|---|---|---|\n");
      lines.stream().filter(line -> line.scene().place() == place).forEach(line -> add(page, line));
    }
    return page.toString();
  }

  /** Four at a time: they mostly wait. */
  private List<Line> lines() {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Line>> running = new ArrayList<>();
      for (Scene scene : Scene.all()) {
        running.add(threads.submit(() -> line(scene)));
      }
      List<Line> lines = new ArrayList<>();
      for (Future<Line> line : running) {
        lines.add(line.get());
      }
      return lines;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Line line(Scene scene) {
    return new Line(scene, play(scene, SceneRun.PLAIN), play(scene, SceneRun.FIRN));
  }

  private Outcome play(Scene scene, SceneRun.Cast cast) {
    try {
      return new SceneRun(scene, Files.createTempDirectory(folder, "scene"), slow).play(cast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      throw new IllegalStateException("In scene " + scene, e);
    }
  }

  private static void summary(StringBuilder page, List<Line> lines) {
    page.append("| of ")
        .append(lines.size())
        .append(" scenes | plain Iceberg | Firn |\n|---|---|---|\n");
    List<Outcome> plain = lines.stream().map(Line::plain).toList();
    List<Outcome> firn = lines.stream().map(Line::firn).toList();
    for (Harm harm : Harm.values()) {
      page.append("| ").append(harm.title).append(" | ");
      page.append(plain.stream().filter(harm::isIn).count()).append(" | ");
      page.append(firn.stream().filter(harm::isIn).count()).append(" |\n");
    }
  }

  private static void add(StringBuilder page, Line line) {
    Scene scene = line.scene();
    page.append("| ").append(scene.fault().title);
    page.append(scene.lastAttempt() ? ", last attempt" : "");
    page.append(" | ").append(applied(scene.fault()));
    page.append(" | ").append(scene.foreign() ? "yes" : "no");
    page.append(" | ").append(cells(line.plain()));
    page.append(" | ").append(cells(line.firn())).append(" |\n");
  }

  private static String applied(Fault fault) {
    return fault.isLate() ? "later" : fault.applied ? "yes" : "no";
  }

  private static String cells(Outcome outcome) {
    String told = outcome.told().word();
    boolean honest = outcome.told().isTrue(outcome.landed());
    List<String> harms = new ArrayList<>();
    for (Harm harm : Harm.values()) {
      if (harm != Harm.LIE && harm.isIn(outcome)) {
        harms.add("**" + harm.of(outcome) + "**");
      }
    }
    return (honest ? told : "**" + told + "**")
        + " | "
        + (harms.isEmpty() ? "right" : String.join(", ", harms));
  }
}
