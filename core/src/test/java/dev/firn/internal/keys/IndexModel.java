package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.IndexFullException;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** An index beside a map from small numbers, which stand for keys of a class, to locations. */
final class IndexModel {

  private static final int ALL = KeyIndex.SHARDS;

  KeyIndex index;
  final Map<Integer, List<Long>> expected = new HashMap<>();
  private final KeyClass keyClass;
  final CountedMemory memory = new CountedMemory();
  private final KeyReader reader;
  private final KeyBatch keys = new KeyBatch();
  private final Locations found = new Locations();

  IndexModel(KeyClass keyClass, Random random, Function<CountedMemory, KeyIndex> made) {
    this.keyClass = keyClass;
    this.index = made.apply(memory);
    Type type =
        switch (keyClass) {
          case K64 -> Types.LongType.get();
          case K128 -> Types.UUIDType.get();
          case KH -> Types.StringType.get();
        };
    Schema schema = new Schema(NestedField.required(1, "k", type));
    KeyDefinition definition = KeyDefinition.of(schema, List.of(1), NullsInKey.REJECT);
    assertThat(definition.keyClass()).isEqualTo(keyClass);
    this.reader = new KeyReader(definition, new KeySecret(random.nextLong(), random.nextLong()));
  }

  private void read(int[] numbers) {
    KeyRows rows =
        new KeyRows(
            switch (keyClass) {
              case K64 -> ColumnShape.of(Kind.LONG);
              case K128 -> ColumnShape.fixed(16);
              case KH -> ColumnShape.of(Kind.BYTES);
            });
    for (int number : numbers) {
      rows.add(
          switch (keyClass) {
            case K64 -> (Object) (long) number;
            // Numbers in both words, and many with one of them in common.
            case K128 -> ByteBuffer.allocate(16).putLong(number / 50).putLong(number % 50).array();
            case KH -> ("key number " + number).getBytes(StandardCharsets.UTF_8);
          });
    }
    reader.read(rows.batch, 0, numbers.length, keys);
    found.begin(keys);
  }

  void locate(int[] numbers) {
    read(numbers);
    index.locate(keys, 0, ALL, found);
    for (int i = 0; i < numbers.length; i++) {
      assertFound(i, expected.getOrDefault(numbers[i], List.of()));
    }
    assertOthers(numbers, expected);
  }

  void ensureRoom(int[] numbers) {
    read(numbers);
    index.ensureRoom(keys, 0, ALL);
  }

  void put(int[] numbers, long[] locations) {
    read(numbers);
    index.put(keys, locations, 0, ALL, found);
    Map<Integer, List<Long>> several = new HashMap<>();
    for (int i = 0; i < numbers.length; i++) {
      boolean passedOver = locations[i] == RowLocation.NONE;
      List<Long> earlier = passedOver ? null : expected.put(numbers[i], List.of(locations[i]));
      assertFound(i, earlier == null ? List.of() : earlier);
      if (earlier != null && earlier.size() > 1) {
        several.put(numbers[i], earlier);
      }
    }
    assertOthers(numbers, several);
  }

  void remove(int[] numbers) {
    read(numbers);
    index.remove(keys, 0, ALL, found);
    Map<Integer, List<Long>> several = new HashMap<>();
    for (int i = 0; i < numbers.length; i++) {
      List<Long> earlier = expected.remove(numbers[i]);
      assertFound(i, earlier == null ? List.of() : earlier);
      if (earlier != null && earlier.size() > 1) {
        several.put(numbers[i], earlier);
      }
    }
    assertOthers(numbers, several);
  }

  void add(int[] numbers, long[] locations, Liveness liveness) {
    read(numbers);
    long gaveWay = index.add(keys, locations, 0, ALL, liveness);
    for (int i = 0; i < numbers.length; i++) {
      if (locations[i] == RowLocation.NONE) {
        continue;
      }
      List<Long> all = new ArrayList<>(expected.getOrDefault(numbers[i], List.of()));
      if (all.size() == 1 && !liveness.isLive(all.get(0))) {
        all.clear();
        gaveWay--;
      }
      all.add(locations[i]);
      expected.put(numbers[i], all);
    }
    assertThat(gaveWay).isZero();
  }

  /** Goes on with an index that is to be the same. */
  void goOnWith(KeyIndex another) {
    index = another;
    check();
    locate(expected.keySet().stream().mapToInt(Integer::intValue).toArray());
  }

  void sweep(Liveness liveness) {
    long live = expected.values().stream().flatMap(List::stream).filter(liveness::isLive).count();
    assertThat(index.countLive(liveness)).isEqualTo(live);
    index.sweep(0, ALL, liveness);
    expected.replaceAll((key, all) -> all.stream().filter(liveness::isLive).toList());
    expected.values().removeIf(List::isEmpty);
    assertThat(index.entries()).isEqualTo(live);
  }

  /** What is copied out is found by another index. */
  private void copyToAnother(long[] locations) {
    if (!(index instanceof MemoryIndex inMemory)) {
      return;
    }
    if (expected.values().stream().anyMatch(all -> all.size() > 1)) {
      assertThatThrownBy(() -> inMemory.copyTo(keys, locations))
          .isInstanceOf(IllegalStateException.class);
      return;
    }
    long[] copied = inMemory.copyTo(keys, locations);
    assertThat(keys.size()).isEqualTo(expected.size());
    assertThat(copied == locations).isEqualTo(locations.length >= expected.size());
    MemoryIndex another = new MemoryIndex(keyClass, new CountedMemory());
    found.begin(keys);
    another.put(keys, copied, 0, ALL, found);
    int[] numbers = expected.keySet().stream().mapToInt(Integer::intValue).toArray();
    read(numbers);
    another.locate(keys, 0, ALL, found);
    for (int i = 0; i < numbers.length; i++) {
      assertFound(i, expected.get(numbers[i]));
    }
  }

  void clear() {
    index.clear();
    expected.clear();
    assertThat(memory.held()).isZero();
  }

  private static long location(Random random) {
    return random.nextInt(50) == 0
        ? RowLocation.NONE
        : RowLocation.of(random.nextInt(40), random.nextInt(1 << 20));
  }

  /** Does something at random, with up to a thousand keys of so many. */
  void step(Random random, int universe) {
    int[] numbers = random.ints(1 + random.nextInt(1000), 0, universe).toArray();
    long[] locations = new long[numbers.length];
    Arrays.setAll(locations, i -> location(random));
    int deadSegment = random.nextInt(40);
    Liveness liveness = location -> RowLocation.segment(location) != deadSegment;
    switch (random.nextInt(24)) {
      case 0, 1, 2 -> remove(numbers);
      case 3, 4, 5, 6 -> add(numbers, locations, liveness);
      case 7, 8, 9 -> sweep(liveness);
      case 10, 11, 12, 13 -> locate(numbers);
      case 14, 15 -> refused(random, numbers, locations);
      case 16 -> {
        ensureRoom(numbers);
        memory.limit(0);
        put(numbers, locations);
        memory.limit(Long.MAX_VALUE);
      }
      case 17 -> {
        if (random.nextInt(8) == 0) {
          clear();
        }
      }
      case 18 -> copyToAnother(locations);
      default -> put(numbers, locations);
    }
  }

  /** What is refused has changed nothing; but of what was to be added, part may be there. */
  private void refused(Random random, int[] numbers, long[] locations) {
    memory.limit(memory.held() + random.nextInt(4000));
    try {
      if (random.nextInt(3) > 0) {
        put(numbers, locations);
      } else {
        try {
          add(numbers, locations, location -> true);
        } catch (IndexFullException e) {
          clear();
          throw e;
        }
      }
    } catch (IndexFullException e) {
      assertThat(e.neededBytes()).isPositive();
      assertThat(e).hasMessageContaining("needs " + e.neededBytes() + " more");
      check();
      locate(numbers);
    } finally {
      memory.limit(Long.MAX_VALUE);
    }
  }

  /** One of the key's locations is reported with the key, whichever. */
  private void assertFound(int i, List<Long> locations) {
    long location = found.byKey()[i];
    boolean right =
        locations.isEmpty() ? location == RowLocation.NONE : locations.contains(location);
    if (!right) {
      throw new AssertionError("found " + location + ", expected one of " + locations);
    }
  }

  private void assertOthers(int[] numbers, Map<Integer, List<Long>> several) {
    Map<Integer, List<Long>> reported = new HashMap<>();
    for (int o = 0; o < found.otherCount(); o++) {
      int key = found.otherKey(o);
      reported.computeIfAbsent(key, k -> new ArrayList<>(List.of(found.byKey()[k])));
      reported.get(key).add(found.other(o));
    }
    Map<Integer, Boolean> complete = new HashMap<>();
    reported.forEach(
        (key, all) -> {
          assertThat(all).containsExactlyInAnyOrderElementsOf(several.get(numbers[key]));
          complete.put(numbers[key], true);
        });
    for (int number : numbers) {
      if (several.getOrDefault(number, List.of()).size() > 1) {
        assertThat(complete).containsKey(number);
      }
    }
  }

  void check() {
    if (index instanceof MemoryIndex inMemory) {
      inMemory.check();
    }
    assertThat(index.keys()).isEqualTo(expected.size());
    assertThat(index.entries()).isEqualTo(expected.values().stream().mapToLong(List::size).sum());
    assertThat(index.heapBytes()).isEqualTo(memory.held());
  }
}
