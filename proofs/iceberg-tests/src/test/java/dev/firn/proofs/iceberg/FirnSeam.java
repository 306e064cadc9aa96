package dev.firn.proofs.iceberg;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.parquet.hadoop.api.WriteSupport;

/**
 * The one place where Iceberg's tests are led to Firn: whoever asks Iceberg for a writer of Parquet
 * data files ({@code Parquet.WriteBuilder.build()}: directly, or through its writer factories and
 * format models) gets one that writes with Firn. Writers of deletes, of foreign object models, and
 * all readers stay Iceberg's.
 *
 * <p>The call is woven in, because the builder is a final choice inside the published classes; so
 * not a line of them has to be copied or changed. One thread at a time.
 */
public final class FirnSeam {

  /** The key by which Iceberg's builders say that a file will hold deletes. */
  private static final String DELETE_TYPE = "delete-type";

  private static final AtomicInteger FILES = new AtomicInteger();
  private static volatile boolean open;

  private FirnSeam() {}

  /** Weaves the seam in, closed: Iceberg's tests write with Iceberg's writer. */
  static void weave() {
    ByteBuddyAgent.install();
    new ByteBuddy()
        .redefine(Parquet.WriteBuilder.class)
        .visit(Advice.to(Build.class).on(named("build")))
        .make()
        .load(
            Parquet.WriteBuilder.class.getClassLoader(),
            ClassReloadingStrategy.fromInstalledAgent());
  }

  /** Who writes from now on: Firn or, as it would be without the seam, Iceberg. */
  static void firnWrites(boolean yes) {
    open = yes;
  }

  /** Files that Firn has written, or refused to, since this was last asked. */
  static int takeFiles() {
    return FILES.getAndSet(0);
  }

  /** For tests that come to Firn without the seam. */
  static void countFile() {
    FILES.incrementAndGet();
  }

  /** Called by the woven code: Firn's writer, or null for Iceberg's. */
  public static FileAppender<?> appender(
      OutputFile file,
      Schema schema,
      Map<String, String> properties,
      Map<String, String> metadata,
      MetricsConfig metrics,
      WriteSupport<?> foreign,
      ByteBuffer key,
      ByteBuffer aadPrefix) {
    if (!open || schema == null || foreign != null || metadata.containsKey(DELETE_TYPE)) {
      return null;
    }
    countFile();
    EncryptionManager encryption =
        key == null ? PlaintextEncryptionManager.instance() : new GivenKey(key, aadPrefix);
    return new FirnAppender(new OneFileTable(file, schema, properties, metrics, encryption));
  }

  /** What is woven around {@code build()}. */
  static final class Build {

    private Build() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static FileAppender<?> enter(
        @Advice.FieldValue("file") OutputFile file,
        @Advice.FieldValue("schema") Schema schema,
        @Advice.FieldValue("config") Map<String, String> properties,
        @Advice.FieldValue("metadata") Map<String, String> metadata,
        @Advice.FieldValue("metricsConfig") MetricsConfig metrics,
        @Advice.FieldValue("writeSupport") WriteSupport<?> foreign,
        @Advice.FieldValue("fileEncryptionKey") ByteBuffer key,
        @Advice.FieldValue("fileAADPrefix") ByteBuffer aadPrefix) {
      return FirnSeam.appender(
          file, schema, properties, metadata, metrics, foreign, key, aadPrefix);
    }

    @Advice.OnMethodExit
    static void exit(
        @Advice.Enter FileAppender<?> firn,
        @Advice.Return(readOnly = false) FileAppender<?> result) {
      if (firn != null) {
        result = firn;
      }
    }
  }
}
