package dev.firn.internal.keys;

import dev.firn.api.NullsInKey;
import dev.firn.internal.buffer.ColumnShape;
import dev.firn.internal.buffer.ColumnShape.Kind;
import dev.firn.internal.buffer.LongColumn;
import dev.firn.internal.buffer.RowBatch;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Batches of consecutive long keys. */
final class LongKeys {

  final KeyBatch keys = new KeyBatch();
  final Locations found = new Locations();
  final long[] locations;
  private final KeyReader reader;

  LongKeys(int size) {
    Schema schema = new Schema(NestedField.required(1, "k", Types.LongType.get()));
    KeyDefinition definition = KeyDefinition.of(schema, List.of(1), NullsInKey.REJECT);
    this.reader = new KeyReader(definition, new KeySecret(3, 4));
    this.locations = new long[size];
  }

  /** The keys {@code from..}, in segment {@code segment} row by row. */
  void read(long from, int segment) {
    fill(from, 1, segment);
  }

  private void fill(long from, long step, int segment) {
    RowBatch batch = new RowBatch(List.of(ColumnShape.of(Kind.LONG)));
    for (int i = 0; i < locations.length; i++) {
      ((LongColumn) batch.columns().get(0)).append(from + i * step);
      batch.endRow();
      locations[i] = RowLocation.of(segment, i);
    }
    reader.read(batch, 0, locations.length, keys);
    found.begin(keys);
  }

  void put(KeyIndex index, long from, int segment) {
    read(from, segment);
    index.put(keys, locations, 0, KeyIndex.SHARDS, found);
  }

  void addSame(KeyIndex index, int segment) {
    fill(5, 0, segment);
    index.add(keys, locations, 0, KeyIndex.SHARDS, location -> true);
  }
}
