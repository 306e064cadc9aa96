package dev.firn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.TableGoneException;
import dev.firn.api.error.WriterInterruptedException;
import dev.firn.testkit.Call;
import dev.firn.testkit.Fault;
import dev.firn.testkit.FaultPlan;
import dev.firn.testkit.FaultyCatalog;
import dev.firn.testkit.MemoryCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link Firn} answers when a table, a catalog or a driver is not there. */
class OpeningTest {

  private static final TableIdentifier NAME = TableIdentifier.of("db", "events");
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
  private static final WriterOptions OPTIONS = WriterOptions.builder("s").build();

  @TempDir Path folder;

  private final MemoryCatalog sound = new MemoryCatalog();
  private final FaultPlan plan = FaultPlan.scripted();
  private final Catalog catalog = new FaultyCatalog(sound, plan);

  private void openWriter() {
    Firn.openWriter(catalog, NAME, Firn.mapMapper(), OPTIONS).close();
  }

  private void openSharedWriter() {
    Firn.openSharedWriter(catalog, NAME, Firn.mapMapper(), OPTIONS).close();
  }

  @Test
  void aTableThatWasNeverMadeIsNamedWithTheCure() {
    assertThatThrownBy(this::openWriter)
        .isInstanceOfSatisfying(
            TableGoneException.class, e -> assertThat(e.table()).isEqualTo("db.events"))
        .hasMessageContaining("db.events does not exist")
        .hasMessageContaining("createTableIfAbsent");
    assertThatThrownBy(this::openSharedWriter).isInstanceOf(TableGoneException.class);
  }

  @Test
  void aCatalogThatDoesNotAnswerIsAStorageFailure() {
    Firn.createTableIfAbsent(sound, NAME, SCHEMA);
    plan.from(Call.LOAD, 1, Fault.LOAD_FAILS);
    assertThatThrownBy(this::openWriter)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("db.events")
        .hasMessageContaining("open again");
    assertThatThrownBy(this::openSharedWriter).isInstanceOf(StorageException.class);
    plan.heal();
    openWriter();
  }

  /** After a change of its own a table asks its catalog again, whatever it is asked for. */
  @Test
  void aTableObjectWhoseTableIsGoneIsRefusedToo() {
    try (JdbcCatalog embedded = Firn.openEmbedded(folder)) {
      Table table = Firn.createTableIfAbsent(embedded, NAME, SCHEMA);
      table.updateProperties().set("a", "b").commit();
      embedded.dropTable(NAME);
      assertThatThrownBy(() -> Firn.openWriter(table, Firn.mapMapper(), OPTIONS))
          .isInstanceOf(TableGoneException.class);
      assertThatThrownBy(() -> Firn.openStagingWriter(table, Firn.mapMapper(), OPTIONS))
          .isInstanceOf(TableGoneException.class);
      assertThatThrownBy(() -> Firn.openCommitter(table, OPTIONS))
          .isInstanceOf(TableGoneException.class);
    }
  }

  @Test
  void aTableObjectWhoseCatalogDoesNotAnswerIsAStorageFailure() {
    JdbcCatalog embedded = Firn.openEmbedded(folder);
    Table table = Firn.createTableIfAbsent(embedded, NAME, SCHEMA);
    table.updateProperties().set("a", "b").commit();
    embedded.close();
    assertThatThrownBy(() -> Firn.openWriter(table, Firn.mapMapper(), OPTIONS))
        .isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> Firn.openCommitter(table, OPTIONS))
        .isInstanceOf(StorageException.class);
  }

  @Test
  void anInterruptedLoadSaysSo() {
    plan.from(Call.LOAD, 1, Fault.LOAD_FAILS);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(this::openWriter).isInstanceOf(WriterInterruptedException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aTableIsMadeWithThePartitionsAskedFor() {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).bucket("id", 4).build();
    Table table = Firn.createTableIfAbsent(catalog, NAME, SCHEMA, spec);
    assertThat(table.spec()).isEqualTo(spec);
    assertThat(Firn.createTableIfAbsent(catalog, NAME, SCHEMA).spec()).isEqualTo(spec);
  }

  @Test
  void anEmbeddedCatalogWithoutItsDriverNamesTheDriver() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ClassLoader without = new WithoutSqlite(before);
    thread.setContextClassLoader(without);
    try {
      Class<?> firn = without.loadClass(Firn.class.getName());
      assertThatThrownBy(() -> firn.getMethod("openEmbedded", Path.class).invoke(null, folder))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .satisfies(
              e ->
                  assertThat(e.getClass().getName())
                      .isEqualTo("dev.firn.api.error.UnsupportedTableException"))
          .hasMessageContaining("org.xerial:sqlite-jdbc")
          .hasMessageContaining(folder.toString());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void anEmbeddedCatalogThatCannotBeOpenedIsAStorageFailure() {
    Map<String, String> elsewhere =
        Map.of("uri", "jdbc:sqlite:" + folder.resolve("no/such/folder/catalog.db"));
    assertThatThrownBy(() -> Firn.openEmbedded(folder, elsewhere))
        .isInstanceOf(StorageException.class)
        .isInstanceOf(FirnException.class)
        .hasMessageContaining("no/such/folder");
  }

  /** Loads every class of {@code source} anew, but those of the driver. */
  private static final class WithoutSqlite extends ClassLoader {

    private final ClassLoader source;

    WithoutSqlite(ClassLoader source) {
      super(ClassLoader.getPlatformClassLoader());
      this.source = source;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("org.sqlite.")) {
        throw new ClassNotFoundException(name);
      }
      try (InputStream in = source.getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    protected URL findResource(String name) {
      return source.getResource(name);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
      return source.getResources(name);
    }
  }

  @Test
  void aPasswordInTheCatalogsUrlIsShownByNoFailure() {
    for (String uri :
        new String[] {
          "jdbc:nosuch://host/db?user=u&password=hunter2",
          "jdbc:nosuch://u:hunter2@host:5432/db",
          "jdbc:nosuch://host;user=u;password=hunter2",
          "jdbc:nosuch:thin:u/hunter2@//host:1521/db",
          "jdbc:sqlite:/no/such/directory/c.db?password=hunter2"
        }) {
      assertThatThrownBy(() -> Firn.openEmbedded(folder, Map.of("uri", uri)))
          .isInstanceOf(StorageException.class)
          .satisfies(
              failure -> {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString()).contains("jdbc:").doesNotContain("hunter2");
              });
    }
  }
}
