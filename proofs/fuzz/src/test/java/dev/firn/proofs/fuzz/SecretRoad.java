package dev.firn.proofs.fuzz;

import dev.firn.Firn;
import dev.firn.api.CommitPolicy;
import dev.firn.api.CommitToken;
import dev.firn.api.StagedCommit;
import dev.firn.api.StagingTableWriter;
import dev.firn.api.StreamingTableWriter;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterListener;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.RecordRejectedException;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/**
 * Takes secrets down the whole road, through good days and bad, and prints whatever Firn lets be
 * seen: logs, results, tokens, staged bytes, summaries, and failures with all their causes. A
 * process of its own, so that its output is all of it, at the finest log level.
 */
public final class SecretRoad {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "text", Types.StringType.get()));

  private final String secret;
  private final FaultPlan plan = FaultPlan.scripted();
  private final WriterOptions options =
      WriterOptions.builder("s")
          .commitPolicy(CommitPolicy.manual())
          .commitTimeout(Duration.ofSeconds(1))
          .listener(
              new WriterListener() {
                @Override
                public void commitRetried(int attempt, String reason) {
                  System.out.println(attempt + " " + reason);
                }

                @Override
                public void rejected(RecordRejectedException rejection) {
                  show(rejection);
                }
              })
          .build();

  private SecretRoad(String secret) {
    this.secret = secret;
  }

  /** Folder and secret; a third argument makes it leak, so that the test is seen to fail. */
  public static void main(String[] args) {
    SecretRoad road = new SecretRoad(args[1]);
    road.refusedUrls(Path.of(args[0]));
    try (JdbcCatalog catalog = Firn.openEmbedded(Path.of(args[0]), road.secrets())) {
      road.write(catalog);
    }
    if (args.length > 2) {
      show(new IllegalStateException(road.secrets().toString()));
    }
    System.out.println("the end of the road");
  }

  private Map<String, String> secrets() {
    Map<String, String> secrets = new HashMap<>();
    for (String key :
        new String[] {
          "s3.access-key-id",
          "s3.secret-access-key",
          "s3.session-token",
          "adls.sas-token.account",
          "gcs.oauth2.token",
          "jdbc.password",
          "credential",
          "token",
          "firn.password"
        }) {
      secrets.put(key, secret);
    }
    return secrets;
  }

  private void refusedUrls(Path folder) {
    for (String uri :
        new String[] {
          "jdbc:nosuch://host/db?user=u&password=" + secret,
          "jdbc:nosuch://u:" + secret + "@host/db",
          "jdbc:sqlite:/no/such/directory/c.db?token=" + secret
        }) {
      Map<String, String> properties = secrets();
      properties.put("uri", uri);
      shown(() -> Firn.openEmbedded(folder, properties).close());
    }
  }

  private void write(JdbcCatalog sound) {
    Catalog catalog = new FaultyCatalog(sound, plan);
    Map<String, String> properties = secrets();
    properties.put("write.parquet.compression-codec", "zstd");
    Table table =
        Firn.createTableIfAbsent(
            sound,
            NAME,
            SCHEMA,
            PartitionSpec.builderFor(SCHEMA).bucket("id", 4).build(),
            SortOrder.unsorted(),
            properties);
    Map<String, Object> row = Map.of("id", 1L, "text", "x");
    try (StreamingTableWriter<Map<String, ?>> writer =
        Firn.openWriter(catalog, NAME, Firn.mapMapper(), options)) {
      writer.append(row);
      shown(() -> writer.append(Map.of("id", "x")));
      shown(() -> writer.append(Map.of("id", new Login("a", secret))));
      writer.mark(1);
      System.out.println(writer.commit() + " " + writer.status());
      writer.append(row);
      writer.mark(2);
      for (Fault fault : Fault.values()) {
        if (fault.appliesTo(Call.COMMIT) && !fault.name().startsWith("DIED")) {
          plan.on(Call.COMMIT, 1, fault);
          shown(writer::commit);
        }
      }
      System.out.println(writer.status());
    } catch (RuntimeException e) {
      show(e);
    }
    plan.heal();
    staged(table, row);
    for (Snapshot snapshot : sound.loadTable(NAME).snapshots()) {
      System.out.println(snapshot.summary());
    }
    System.out.println(options);
    shown(() -> sound.dropTable(NAME));
    shown(() -> Firn.openWriter(catalog, NAME, Firn.mapMapper(), options).close());
  }

  private void staged(Table table, Map<String, Object> row) {
    WriterOptions other = WriterOptions.builder("t").commitTimeout(Duration.ofSeconds(1)).build();
    StagedCommit staged;
    try (StagingTableWriter<Map<String, ?>> writer =
        Firn.openStagingWriter(table, Firn.mapMapper(), other)) {
      writer.append(row);
      staged = writer.stage(CommitToken.none(), CommitToken.of("source", 1));
      System.out.println(writer.status());
    }
    System.out.println(staged + new String(staged.toBytes(), StandardCharsets.ISO_8859_1));
    try (TableCommitter committer = Firn.openCommitter(table, other)) {
      System.out.println(committer.commit(staged) + " " + committer.committed());
      byte[] torn = staged.toBytes();
      torn[torn.length - 1]++;
      shown(() -> committer.commit(StagedCommit.fromBytes(torn)));
    }
  }

  /** An object of the application's that shows more than it should. */
  private record Login(String name, String password) {}

  @SuppressWarnings("CatchingUnchecked")
  private static void shown(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      show(e);
    }
  }

  private static void show(Throwable failure) {
    failure.printStackTrace(System.out);
  }
}
