package dev.firn.internal.encode;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ListColumn;
import dev.firn.internal.buffer.MapColumn;
import dev.firn.internal.buffer.StructColumn;

/**
 * One step from a column down to the leaf.
 *
 * @param kind what is stepped into
 * @param index of the struct's field; else 0
 * @param optional whether what is reached may be null
 * @param name of what is reached, for messages
 */
record PathStep(Kind kind, int index, boolean optional, String name) {

  enum Kind {
    /** A field of the row. */
    ROOT,
    FIELD,
    ELEMENT,
    KEY,
    VALUE;

    boolean repeats() {
      return this == ELEMENT || this == KEY || this == VALUE;
    }
  }

  /** The column that this step reaches from {@code parent}. */
  Column from(Column parent) {
    return switch (kind) {
      case ROOT -> parent;
      case FIELD -> ((StructColumn) parent).fields().get(index);
      case ELEMENT -> ((ListColumn) parent).elements();
      case KEY -> ((MapColumn) parent).keys();
      case VALUE -> ((MapColumn) parent).values();
    };
  }
}
