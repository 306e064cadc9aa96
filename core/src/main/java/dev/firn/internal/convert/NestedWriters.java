package dev.firn.internal.convert;

import dev.firn.api.record.ListAppender;
import dev.firn.api.record.MapAppender;
import dev.firn.api.record.RowAppender;
import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ListColumn;
import dev.firn.internal.buffer.MapColumn;
import dev.firn.internal.buffer.StructColumn;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writers of struct, list and map.
 *
 * <p>A nested value that was begun has its parts in the child columns but no slot yet. It is ended
 * when its parent needs the next slot or ends itself; beginning it again, or setting it to null,
 * drops those parts. The appenders belong to the writer and are reused.
 */
final class NestedWriters {

  private NestedWriters() {}

  static final class OfStruct extends ValueWriter {

    private final FieldsAppender fields;
    private final NamedFields names;

    OfStruct(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
      StructPlan struct = Objects.requireNonNull(plan.struct());
      this.fields = new FieldsAppender(struct, rejections);
      this.names = new NamedFields(struct.schema());
    }

    @Override
    void attach(Column column) {
      super.attach(column);
      fields.attach(((StructColumn) column).fields());
    }

    @Override
    RowAppender beginStruct() {
      column().truncate(column().size());
      fields.begin(column().size());
      return fields;
    }

    @Override
    void endIfBegun() {
      if (fields.isOpen()) {
        fields.end();
        ((StructColumn) column()).endSlot();
      }
    }

    @Override
    void abandon() {
      fields.abandon();
    }

    @Override
    void putObject(@Nullable Object value) {
      try {
        if (value instanceof Record record) {
          names.writeRecord(record, beginStruct());
        } else if (value instanceof Map<?, ?> map) {
          names.writeMap(map, beginStruct());
        } else if (value instanceof StructLike struct) {
          names.writeByPosition(struct, beginStruct());
        } else {
          super.putObject(value);
        }
        endIfBegun();
      } catch (RuntimeException e) {
        dropBegun();
        throw e;
      }
    }
  }

  static final class OfList extends ValueWriter {

    private final ElementsAppender elements;

    OfList(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
      this.elements = new ElementsAppender(plan.children().get(0), rejections);
    }

    @Override
    void attach(Column column) {
      super.attach(column);
      elements.attach(((ListColumn) column).elements());
    }

    @Override
    ListAppender beginList() {
      column().truncate(column().size());
      elements.begin();
      return elements;
    }

    @Override
    void endIfBegun() {
      if (elements.isOpen()) {
        elements.end();
        ((ListColumn) column()).endSlot();
      }
    }

    @Override
    void abandon() {
      elements.abandon();
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof Iterable<?> values) {
        try {
          beginList();
          for (Object element : values) {
            elements.addObject(element);
          }
          endIfBegun();
        } catch (RuntimeException e) {
          dropBegun();
          throw e;
        }
      } else if (value instanceof Object[] values) {
        putObject(Arrays.asList(values));
      } else {
        super.putObject(value);
      }
    }
  }

  static final class OfMap extends ValueWriter implements MapAppender {

    private final ElementsAppender keys;
    private final ElementsAppender values;

    OfMap(FieldPlan plan, Rejections rejections) {
      super(plan, rejections);
      this.keys = new ElementsAppender(plan.children().get(0), rejections);
      this.values = new ElementsAppender(plan.children().get(1), rejections);
    }

    @Override
    void attach(Column column) {
      super.attach(column);
      keys.attach(((MapColumn) column).keys());
      values.attach(((MapColumn) column).values());
    }

    @Override
    MapAppender beginMap() {
      column().truncate(column().size());
      keys.begin();
      values.begin();
      return this;
    }

    @Override
    public ListAppender keys() {
      return keys;
    }

    @Override
    public ListAppender values() {
      return values;
    }

    @Override
    void endIfBegun() {
      if (keys.isOpen()) {
        int keyCount = keys.end();
        int valueCount = values.end();
        if (keyCount != valueCount) {
          throw rejections.unequalCounts(plan, keyCount, valueCount);
        }
        ((MapColumn) column()).endSlot();
      }
    }

    @Override
    void abandon() {
      keys.abandon();
      values.abandon();
    }

    @Override
    void putObject(@Nullable Object value) {
      if (value instanceof Map<?, ?> map) {
        try {
          beginMap();
          for (Map.Entry<?, ?> entry : map.entrySet()) {
            keys.addObject(entry.getKey());
            values.addObject(entry.getValue());
          }
          endIfBegun();
        } catch (RuntimeException e) {
          dropBegun();
          throw e;
        }
      } else {
        super.putObject(value);
      }
    }
  }
}
