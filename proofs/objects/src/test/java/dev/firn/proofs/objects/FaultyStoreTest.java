package dev.firn.proofs.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.proofs.objects.StoreCall.Kind;
import dev.firn.proofs.objects.StoreCall.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store does to Iceberg's S3 client what it says. */
class FaultyStoreTest {

  private static final byte[] BYTES = new byte[10_000];

  @TempDir static Path directory;
  private static FaultyStore store;
  private static FileIO sound;
  private static FileIO faulty;

  private final String location = "s3://" + FaultyStore.BUCKET + "/" + UUID.randomUUID() + ".avro";

  @BeforeAll
  static void setUp() throws Exception {
    store = new FaultyStore(directory);
    sound = files(store.soundEndpoint());
    faulty = files(store.faultyEndpoint());
  }

  private static FileIO files(String endpoint) {
    S3FileIO files = new S3FileIO();
    files.initialize(StoreCatalogs.files(store, endpoint, FaultyStore.CLIENT_PATIENCE));
    return files;
  }

  @AfterEach
  void heal() {
    store.heal();
  }

  @AfterAll
  static void tearDown() throws Exception {
    sound.close();
    faulty.close();
    store.close();
  }

  private static void strike(Verb verb, StoreFault fault, int times) {
    FaultScript script =
        new FaultScript(List.of(FaultScript.step(verb, Kind.MANIFEST, fault, times)), () -> {});
    store.play(script::strike);
  }

  private void put() throws IOException {
    try (OutputStream out = faulty.newOutputFile(location).createOrOverwrite()) {
      out.write(BYTES);
    }
  }

  private byte[] get(FileIO files) throws IOException {
    try (InputStream in = files.newInputFile(location).newStream()) {
      return in.readAllBytes();
    }
  }

  private boolean isStored() {
    return sound.newInputFile(location).exists();
  }

  @Test
  void withoutFaultsItStoresAndReads() throws IOException {
    put();
    assertThat(get(faulty)).isEqualTo(BYTES);
  }

  @Test
  void aFaultThatStrikesOnceIsTheSdksToMend() throws IOException {
    strike(Verb.PUT, StoreFault.SLOW_DOWN, 1);
    put();
    assertThat(get(sound)).isEqualTo(BYTES);
  }

  @Test
  void aFaultThatStrikesOftenerGetsThroughAndNothingIsStored() {
    for (StoreFault fault :
        List.of(StoreFault.ERROR, StoreFault.SLOW_DOWN, StoreFault.RESET, StoreFault.FORBIDDEN)) {
      strike(Verb.PUT, fault, Scene.THROUGH);
      assertThatThrownBy(this::put).as("%s", fault).isInstanceOf(Exception.class);
      assertThat(isStored()).as("%s", fault).isFalse();
    }
  }

  @Test
  void aPutMayBeStoredAndAnsweredWithAnError() throws IOException {
    strike(Verb.PUT, StoreFault.DONE_ERROR, Scene.THROUGH);
    assertThatThrownBy(this::put).hasMessageContaining("500");
    assertThat(get(sound)).isEqualTo(BYTES);
  }

  @Test
  void aPutThatIsSentAgainAfterItWasStoredIsAnswered412() throws IOException {
    store.createOnly(true);
    strike(Verb.PUT, StoreFault.DONE_RESET, 1);
    assertThatThrownBy(this::put).hasMessageContaining("412");
    assertThat(get(sound)).isEqualTo(BYTES);
  }

  @Test
  void halfABodyIsNotTakenForAFile() throws IOException {
    put();
    strike(Verb.GET, StoreFault.HALF_BODY, Scene.THROUGH);
    assertThatThrownBy(() -> get(faulty)).isInstanceOf(Exception.class);
    store.heal();
    assertThatCode(() -> get(faulty)).doesNotThrowAnyException();
  }

  @Test
  void aRequestWithAWrongSignatureIsRefusedByTheStore() {
    var settings = StoreCatalogs.files(store, store.faultyEndpoint(), FaultyStore.CLIENT_PATIENCE);
    settings.put("s3.secret-access-key", "wrong");
    try (S3FileIO stranger = new S3FileIO()) {
      stranger.initialize(settings);
      assertThatThrownBy(() -> stranger.newInputFile(location).exists())
          .hasMessageContaining("403");
    }
  }
}
