package dev.firn.proofs.fuzz;

import dev.firn.api.record.RowAppender;
import dev.firn.testkit.RecordMaps;
import dev.firn.testkit.RowModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A record or a map by the names of its columns: a good one, or one in which some values, somewhere
 * in its depth, were replaced by odd ones.
 *
 * @param given a {@code Record} or a {@code Map}
 * @param isGood whether it was left as it was made
 */
record NamedAttempt(Object given, boolean isGood) implements Attempt {

  private static final int DEPTH = 3;

  static NamedAttempt good(RowModel model, Types.StructType struct, long number) {
    Record record = model.row(struct);
    record.set(0, number);
    return new NamedAttempt(record, true);
  }

  static Attempt drawn(Script script, RowModel model, Types.StructType struct, long number) {
    Record record = model.row(struct);
    boolean odd = script.below(3) > 0;
    int columns = struct.fields().size();
    if (script.flag()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>(RecordMaps.of(struct, record));
      for (int i = odd ? 1 + script.below(3) : 0; i > 0; i--) {
        String name = struct.fields().get(script.below(columns)).name();
        map.put(script.oneIn(20) ? name + "x" : name, bent(script, map.get(name), DEPTH));
      }
      map.put("n", number);
      return new NamedAttempt(map, !odd);
    }
    for (int i = odd ? 1 + script.below(3) : 0; i > 0; i--) {
      int position = script.below(columns);
      record.set(position, bent(script, record.get(position), DEPTH));
    }
    record.set(0, number);
    return new NamedAttempt(record, !odd);
  }

  /** {@code value} with something odd in its place, or deeper in it. */
  private static @Nullable Object bent(Script script, @Nullable Object value, int depth) {
    if (depth == 0 || script.oneIn(3)) {
      return OddValues.draw(script, 2);
    }
    if (value instanceof Record record && record.size() > 0) {
      int position = script.below(record.size());
      record.set(position, bent(script, record.get(position), depth - 1));
      return record;
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      List<@Nullable Object> copy = new ArrayList<>(list);
      int index = script.below(copy.size());
      copy.set(index, bent(script, copy.get(index), depth - 1));
      return copy;
    }
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>(map);
      Object key = new ArrayList<>(map.keySet()).get(script.below(map.size()));
      if (script.oneIn(4)) {
        copy.put(OddValues.draw(script, 0), copy.get(key));
      } else {
        copy.put(key, bent(script, copy.get(key), depth - 1));
      }
      return copy;
    }
    return OddValues.draw(script, depth);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void write(Mappers mappers, RowAppender row) {
    if (given instanceof Record record) {
      mappers.records().map(record, row);
    } else {
      mappers.maps().map((Map<String, ?>) given, row);
    }
  }

  @Override
  public List<@Nullable Object> expected(Types.StructType struct) {
    return Taken.struct(struct, given);
  }
}
