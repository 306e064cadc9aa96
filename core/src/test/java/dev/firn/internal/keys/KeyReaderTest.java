package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.NullsInKey;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class KeyReaderTest {

  private static final KeySecret SECRET = new KeySecret(11, 22);
  private static final ColumnShape INT = ColumnShape.of(Kind.INT);
  private static final ColumnShape LONG = ColumnShape.of(Kind.LONG);
  private static final ColumnShape BYTES = ColumnShape.of(Kind.BYTES);

  private final KeyMixer mixer = new KeyMixer(SECRET);
  private final KeyBatch keys = new KeyBatch();

  @Test
  void aNumberIsItsWord() {
    KeyRows rows = new KeyRows(LONG).add(7L).add(-1L).add(Long.MIN_VALUE);
    assertThat(reader(NullsInKey.REJECT, Types.LongType.get()).read(rows.batch, 0, 3, keys))
        .isEqualTo(KeyReader.ALL_THERE);
    assertThat(keys.size()).isEqualTo(3);
    assertThat(mixer.unmixedOne(keys.first()[0])).isEqualTo(7);
    assertThat(mixer.unmixedOne(keys.first()[1])).isEqualTo(-1);
    assertThat(mixer.unmixedOne(keys.first()[2])).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void anIntThatBecameALongIsTheSameKey() {
    KeyRows ints = new KeyRows(INT).add(5).add(-5);
    KeyRows longs = new KeyRows(LONG).add(5L).add(-5L);
    KeyBatch widened = new KeyBatch();
    reader(NullsInKey.REJECT, Types.IntegerType.get()).read(ints.batch, 0, 2, keys);
    reader(NullsInKey.REJECT, Types.LongType.get()).read(longs.batch, 0, 2, widened);
    assertThat(keys.first()).startsWith(widened.first()[0], widened.first()[1]);
  }

  @Test
  void aUuidIsItsTwoWords() {
    byte[] uuid = ByteBuffer.allocate(16).putLong(0x0123456789abcdefL).putLong(-2).array();
    KeyRows rows = new KeyRows(ColumnShape.fixed(16)).add((Object) uuid);
    reader(NullsInKey.REJECT, Types.UUIDType.get()).read(rows.batch, 0, 1, keys);
    assertThat(mixer.unmixedSecond(keys.second()[0])).isEqualTo(-2);
    assertThat(mixer.unmixedFirst(keys.first()[0], keys.second()[0]))
        .isEqualTo(0x0123456789abcdefL);
  }

  @Test
  void aStringIsTheHashOfItsLengthAndItsBytes() {
    KeyRows rows = new KeyRows(BYTES).add((Object) text("firn"));
    reader(NullsInKey.REJECT, Types.StringType.get()).read(rows.batch, 0, 1, keys);
    SipHash hash = new SipHash(SECRET);
    hash.hash(text("\4firn"), 5);
    assertThat(keys.first()[0]).isEqualTo(hash.first());
    assertThat(keys.second()[0]).isEqualTo(hash.second());
  }

  @Test
  void columnsOfAKeyAreReadFromWhereTheyAreInTheOrderOfTheKey() {
    Schema schema =
        new Schema(
            NestedField.required(1, "a", Types.LongType.get()),
            NestedField.required(2, "b", Types.FloatType.get()),
            NestedField.required(3, "c", Types.LongType.get()));
    KeyRows rows = new KeyRows(LONG, ColumnShape.of(Kind.NOTHING), LONG).add(10L, null, 30L);
    KeyDefinition definition = KeyDefinition.of(schema, List.of(3, 1), NullsInKey.REJECT);
    new KeyReader(definition, SECRET).read(rows.batch, 0, 1, keys);
    assertThat(mixer.unmixedFirst(keys.first()[0], keys.second()[0])).isEqualTo(30);
    assertThat(mixer.unmixedSecond(keys.second()[0])).isEqualTo(10);
  }

  @Test
  void columnsOfTheKeyAloneGiveTheSameKeys() {
    Schema schema =
        new Schema(
            NestedField.required(1, "a", Types.LongType.get()),
            NestedField.required(2, "b", Types.IntegerType.get()));
    KeyReader reader =
        new KeyReader(KeyDefinition.of(schema, List.of(2, 1), NullsInKey.REJECT), SECRET);
    KeyRows rows = new KeyRows(LONG, INT).add(10L, 1).add(20L, 2);
    KeyRows keyRows = new KeyRows(INT, LONG).add(1, 10L).add(2, 20L);
    KeyBatch again = new KeyBatch();
    reader.read(rows.batch, 0, 2, keys);
    assertThat(reader.readKeyColumns(keyRows.batch.columns(), 0, 2, again))
        .isEqualTo(KeyReader.ALL_THERE);
    assertThat(again.first()).isEqualTo(keys.first());
    assertThat(again.second()).isEqualTo(keys.second());
    List<Column> one = keyRows.batch.columns().subList(0, 1);
    assertThatThrownBy(() -> reader.readKeyColumns(one, 0, 2, again))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the key has 2 columns, but there are 1");
  }

  @Test
  void theFirstRowWithoutAKeyIsTold() {
    KeyReader reader = reader(NullsInKey.REJECT, Types.LongType.get(), Types.StringType.get());
    KeyRows rows =
        new KeyRows(LONG, BYTES)
            .add(1L, text("a"))
            .add(2L, null)
            .add(3L, text("b"))
            .add(null, text("c"));
    assertThat(reader.read(rows.batch, 0, 4, keys)).isEqualTo(1);
    assertThat(keys.size()).isZero();
    assertThat(reader.read(rows.batch, 2, 4, keys)).isEqualTo(3);
    assertThat(reader.read(rows.batch, 2, 3, keys)).isEqualTo(KeyReader.ALL_THERE);
    assertThat(keys.size()).isEqualTo(1);
  }

  @Test
  void whereNullIsAValueItIsLikeNoOther() {
    KeyReader reader = reader(NullsInKey.AS_VALUE, Types.LongType.get(), Types.BooleanType.get());
    KeyRows rows = new KeyRows(LONG, ColumnShape.of(Kind.BOOLEAN));
    rows.add(0L, false).add(0L, null).add(null, false).add(null, null).add(null, true);
    rows.add(1L, null).add(0L, true).add(1L << 56, false).add(null, null);
    assertThat(reader.read(rows.batch, 0, 9, keys)).isEqualTo(KeyReader.ALL_THERE);
    Set<List<Long>> different = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      different.add(List.of(keys.first()[i], keys.second()[i]));
    }
    assertThat(different).hasSize(8);
    assertThat(keys.first()[8]).isEqualTo(keys.first()[3]);
  }

  @Test
  void keysAreOrderedByShardAndThenAsTheyCame() {
    KeyRows rows = new KeyRows(LONG);
    for (int i = 0; i < 5000; i++) {
      rows.add((long) (i % 1000));
    }
    reader(NullsInKey.REJECT, Types.LongType.get()).read(rows.batch, 0, 5000, keys);
    assertThat(keys.start(0)).isZero();
    assertThat(keys.start(KeyIndex.SHARDS)).isEqualTo(5000);
    for (int shard = 0; shard < KeyIndex.SHARDS; shard++) {
      int last = -1;
      for (int at = keys.start(shard); at < keys.start(shard + 1); at++) {
        int key = keys.order()[at];
        assertThat(Shard.of(keys.first()[key])).isEqualTo(shard);
        assertThat(key).isGreaterThan(last);
        last = key;
      }
    }
  }

  @Test
  void aBatchIsUsedAgain() {
    KeyReader reader = reader(NullsInKey.REJECT, Types.StringType.get());
    KeyRows rows = new KeyRows(BYTES).add((Object) new byte[1000]).add((Object) text("x"));
    reader.read(rows.batch, 0, 2, keys);
    long[] words = {keys.first()[1], keys.second()[1]};
    reader.read(rows.batch, 1, 2, keys);
    assertThat(new long[] {keys.first()[0], keys.second()[0]}).isEqualTo(words);
    assertThat(keys.size()).isEqualTo(1);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static KeyReader reader(NullsInKey nulls, Type... types) {
    NestedField[] fields = new NestedField[types.length];
    for (int f = 0; f < types.length; f++) {
      fields[f] = NestedField.optional(f + 1, "c" + f, types[f]);
    }
    List<Integer> ids = Arrays.stream(fields).map(NestedField::fieldId).toList();
    return new KeyReader(KeyDefinition.of(new Schema(fields), ids, nulls), SECRET);
  }
}
