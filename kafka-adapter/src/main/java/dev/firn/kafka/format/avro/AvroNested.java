package dev.firn.kafka.format.avro;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.kafka.format.values.Scalar;
import dev.firn.kafka.format.values.Slot;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.MapType;

/** Readers of unions, arrays and maps. Hot. */
final class AvroNested {

  private AvroNested() {}

  static final class OfUnion extends AvroReader {

    private final AvroReader[] branches;

    OfUnion(String path, Schema writer, Type column) {
      this.branches =
          writer.getTypes().stream()
              .map(branch -> AvroReader.of(path, branch, column))
              .toArray(AvroReader[]::new);
    }

    @Override
    void read(AvroInput in, Slot slot) {
      branches[in.readIndex(branches.length, "a union")].read(in, slot);
    }
  }

  static final class OfList extends AvroReader {

    private final AvroReader element;
    private final Slot elements = new Slot();

    OfList(String path, Schema writer, ListType column) {
      this.element =
          AvroReader.of(path + ".element", writer.getElementType(), column.elementType());
    }

    @Override
    void read(AvroInput in, Slot slot) {
      ListAppender list = slot.beginList();
      elements.in(list);
      for (long count = in.readBlock(); count > 0; count = in.readBlock()) {
        for (long i = 0; i < count; i++) {
          element.read(in, elements);
        }
      }
    }
  }

  static final class OfMap extends AvroReader {

    private final Scalar key;
    private final AvroReader value;
    private final Slot keys = new Slot();
    private final Slot values = new Slot();

    OfMap(String path, Schema writer, MapType column) {
      this.key = scalar(path + ".key", column.keyType());
      this.value = AvroReader.of(path + ".value", writer.getValueType(), column.valueType());
    }

    @Override
    void read(AvroInput in, Slot slot) {
      MapAppender map = slot.beginMap();
      keys.in(map.keys());
      values.in(map.values());
      for (long count = in.readBlock(); count > 0; count = in.readBlock()) {
        for (long i = 0; i < count; i++) {
          int length = in.readLength();
          key.text(keys, in.bytes(), in.take(length), length);
          value.read(in, values);
        }
      }
    }
  }

  /**
   * A map whose keys are no strings: Avro has none, so Iceberg and Kafka Connect both write an
   * array of records with the fields {@code key} and {@code value}.
   */
  static final class OfEntries extends AvroReader {

    private final boolean keyFirst;
    private final AvroReader key;
    private final AvroReader value;
    private final Slot keys = new Slot();
    private final Slot values = new Slot();

    OfEntries(String path, Schema writer, MapType column) {
      Schema entry = writer.getElementType();
      this.keyFirst = entry.getField("key").pos() == 0;
      this.key = AvroReader.of(path + ".key", entry.getField("key").schema(), column.keyType());
      this.value =
          AvroReader.of(path + ".value", entry.getField("value").schema(), column.valueType());
    }

    /** Whether an array is such a map. */
    static boolean isMap(Schema writer) {
      Schema entry = writer.getElementType();
      return entry.getType() == Schema.Type.RECORD
          && entry.getFields().size() == 2
          && entry.getField("key") != null
          && entry.getField("value") != null;
    }

    @Override
    void read(AvroInput in, Slot slot) {
      MapAppender map = slot.beginMap();
      keys.in(map.keys());
      values.in(map.values());
      for (long count = in.readBlock(); count > 0; count = in.readBlock()) {
        for (long i = 0; i < count; i++) {
          if (keyFirst) {
            key.read(in, keys);
            value.read(in, values);
          } else {
            value.read(in, values);
            key.read(in, keys);
          }
        }
      }
    }
  }
}
