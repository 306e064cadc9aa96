package dev.firn.proofs.objects;


import dev.firn.proofs.objects.Contestant.Rival;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStoreTest {
  @TempDir static Path directory;

  @Test
  void all() throws Exception {
    try (Stage stage = new Stage(directory)) {
      for (Scene scene : Scene.all()) {
        for (Rival rival : Rival.values()) {
          long start = System.nanoTime();
          Outcome o = stage.play(scene, rival);
          System.out.println((System.nanoTime() - start) / 1000000 + " ms " + scene + " " + rival + " " + (o.isExact() ? "OK" : "WRONG") + " " + o);
        }
      }
    }
  }
}
