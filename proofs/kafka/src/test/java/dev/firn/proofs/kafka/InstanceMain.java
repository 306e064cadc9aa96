package dev.firn.proofs.kafka;

import dev.firn.api.CommitPolicy;
import dev.firn.api.WriterOptions;
import dev.firn.kafka.KafkaIngest;
import dev.firn.kafka.KafkaOptions;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** One process of the group. Its catalog and storage fail now and then, by the seed. */
final class InstanceMain {

  private InstanceMain() {}

  /** Arguments: folder, broker, topic, group protocol, seed. */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    Map<String, Object> consumer = new HashMap<>();
    consumer.put("bootstrap.servers", args[1]);
    consumer.put("max.poll.interval.ms", "10000");
    consumer.put("metadata.max.age.ms", "5000");
    if (args[3].equals("consumer")) {
      consumer.put("group.protocol", "consumer");
    } else {
      consumer.put("session.timeout.ms", "6000");
      consumer.put("heartbeat.interval.ms", "500");
      consumer.put("partition.assignment.strategy", args[3]);
    }
    KafkaOptions options =
        KafkaOptions.builder(
                WriterOptions.builder("soak")
                    .commitPolicy(CommitPolicy.every(Duration.ofSeconds(1)))
                    .commitTimeout(Duration.ofSeconds(20))
                    .memoryLimitBytes(16 << 20)
                    .closeTimeout(Duration.ofSeconds(5))
                    .build())
            .topics(args[2])
            .consumer(consumer)
            .revokeTimeout(Duration.ofSeconds(4))
            .build();
    JdbcCatalog catalog = SoakTable.catalog(folder);
    KafkaIngest ingest =
        KafkaIngest.open(
            new FaultyCatalog(catalog, faults(Long.parseLong(args[4]))),
            SoakTable.NAME,
            SoakTable.MAPPER,
            options);
    Runtime.getRuntime().addShutdownHook(new Thread(ingest::close));
    ingest.run();
    System.out.println("ended: " + ingest.status());
  }

  private static FaultPlan faults(long seed) {
    FaultPlan plan = FaultPlan.seeded(seed).slowness(Duration.ofMillis(500));
    for (Fault commit :
        new Fault[] {
          Fault.REFUSED,
          Fault.APPLIED_BUT_REFUSED,
          Fault.UNKNOWN_APPLIED,
          Fault.UNKNOWN_NOT_APPLIED,
          Fault.ERROR_APPLIED,
          Fault.ERROR_NOT_APPLIED,
          Fault.SLOW_COMMIT
        }) {
      plan.rate(commit, 0.03);
    }
    plan.rate(Fault.REFRESH_FAILS, 0.02).rate(Fault.LOAD_FAILS, 0.05);
    return plan.rate(Fault.WRITE_FAILS, 0.01).rate(Fault.CLOSE_FAILS, 0.01);
  }
}
