package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.IndexFullException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TombstonesTest {

  private final CountedMemory memory = new CountedMemory();
  private final Tombstones tombstones = new Tombstones(KeyClass.K64, memory);

  private static void assertAre(Map<Long, Long> expected, Tombstones found) {
    assertThat(found.count()).isEqualTo(expected.size());
    LongKeys all = new LongKeys(1_000);
    all.read(0, 0);
    long[] versions = found.find(all.keys);
    for (long key = 0; key < 1_000; key++) {
      assertThat(versions[(int) key]).isEqualTo(expected.getOrDefault(key, TableOrder.LOWEST));
    }
  }

  @Test
  void aKeyHasItsLastDeleteOrNone() throws IOException {
    Random random = new Random(3);
    Map<Long, Long> expected = new HashMap<>();
    for (int round = 0; round < 300; round++) {
      LongKeys some = new LongKeys(1 + random.nextInt(60));
      long from = random.nextInt(900);
      some.read(from, 0);
      if (random.nextInt(5) < 3) {
        long[] versions = new long[some.locations.length];
        Arrays.setAll(versions, i -> random.nextLong());
        tombstones.ensureRoom(some.keys);
        memory.limit(0); // there is room
        tombstones.put(some.keys, versions);
        memory.limit(Long.MAX_VALUE);
        for (int i = 0; i < versions.length; i++) {
          expected.put(from + i, versions[i]);
        }
      } else {
        tombstones.remove(some.keys);
        for (int i = 0; i < some.locations.length; i++) {
          expected.remove(from + i);
        }
      }
      assertAre(expected, tombstones);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tombstones.write(new DataOutputStream(bytes));
    Tombstones read = new Tombstones(KeyClass.K64, new CountedMemory());
    read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), bytes.size());
    assertAre(expected, read);
    tombstones.clear();
    assertThat(memory.held()).isZero();
    assertAre(Map.of(), tombstones);
  }

  /** The same keys deleted and upserted for ever take no more memory than once. */
  @Test
  void whatIsGivenBackIsUsedAgain() {
    LongKeys some = new LongKeys(500);
    long after = 0;
    for (int round = 0; round < 100; round++) {
      some.read(0, 0);
      tombstones.ensureRoom(some.keys);
      tombstones.put(some.keys, some.locations);
      after = round < 2 ? memory.held() : after;
      if (round % 3 > 0) {
        tombstones.remove(some.keys);
      }
    }
    assertThat(memory.held()).isEqualTo(after);
  }

  @Test
  void whatIsRefusedHasChangedNothing() {
    LongKeys some = new LongKeys(500);
    some.read(0, 0);
    tombstones.ensureRoom(some.keys);
    tombstones.put(some.keys, some.locations);
    memory.limit(memory.held());
    LongKeys many = new LongKeys(50_000);
    many.read(0, 0);
    assertThatThrownBy(() -> tombstones.ensureRoom(many.keys))
        .isInstanceOf(IndexFullException.class);
    assertThat(tombstones.count()).isEqualTo(500);
    assertThat(tombstones.find(some.keys)).isEqualTo(some.locations);
  }
}
