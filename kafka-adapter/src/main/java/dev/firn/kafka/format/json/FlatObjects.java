package dev.firn.kafka.format.json;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.api.record.RowAppender;
import dev.firn.kafka.format.values.NumberText;
import dev.firn.kafka.format.values.Scalar;
import dev.firn.kafka.format.values.Slot;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads most objects without a parser, which has to be ready for everything at every byte.
 *
 * <p>Events are written by machines: names in one order, a blank after a colon or none, numbers,
 * strings without escapes, no nesting. What is not like that is not read here, valid or not: {@link
 * #read} answers false, and Jackson reads the object from its first byte, over what was set. So
 * everything taken here is JSON, and what else is JSON, and how the rest is refused, is Jackson's
 * to say. Hot.
 */
final class FlatObjects {

  /** How many fields in a row may be left out of an object before a name is looked up. */
  private static final int GUESSES = 8;

  /** After so many objects that are not flat, the next ones are not tried. */
  private static final int PATIENCE = 8;

  private static final int NOT_TRIED = 500;

  /** Instead of an end: this object is not for this class. */
  private static final int NOT_FLAT = -1;

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final JsonFields fields;
  private final Slot slot = new Slot();
  private final NumberText number = new NumberText();
  private int missed;
  private int notTried;

  FlatObjects(JsonFields fields) {
    this.fields = fields;
  }

  /** Sets the fields of {@code row}; if it answers false, some are set, and the rest is not. */
  boolean read(byte[] body, RowAppender row) {
    if (notTried > 0) {
      notTried--;
      return false;
    }
    slot.in(row);
    boolean flat;
    try {
      flat = isFlat(body);
    } catch (RecordRejectedException refused) {
      flat = false; // it is refused again, with the place
    }
    missed = flat ? 0 : missed + 1;
    if (missed == PATIENCE) {
      missed = 0;
      notTried = NOT_TRIED;
    }
    return flat;
  }

  private boolean isFlat(byte[] body) {
    int end = body.length;
    int at = 0;
    JsonField last = fields.start();
    int before = '{';
    while (at < end && body[at] == before) {
      at = afterBlank(body, at + 1);
      JsonField field = fieldAt(body, at, last);
      if (field == null) {
        return false;
      }
      at = value(body, afterBlank(body, at + field.length), field);
      if (at < 0) {
        return false;
      }
      if (at == end - 1 && body[at] == '}') {
        return true;
      }
      last = field;
      before = ',';
    }
    return false;
  }

  private static int afterBlank(byte[] body, int at) {
    return at < body.length && body[at] == ' ' ? at + 1 : at;
  }

  private @Nullable JsonField fieldAt(byte[] body, int at, JsonField last) {
    JsonField guess = last.next();
    for (int i = 0; i < GUESSES && guess != null; i++) {
      if (guess.isAt(body, at)) {
        return guess;
      }
      guess = guess.next();
    }
    return lookedUp(body, at, last);
  }

  private @Nullable JsonField lookedUp(byte[] body, int at, JsonField last) {
    if (at >= body.length || body[at] != '"') {
      return null;
    }
    int close = JsonInput.firstSpecial(body, at + 1, body.length);
    if (close == body.length || body[close] != '"') {
      return null;
    }
    String name = new String(body, at + 1, close - at - 1, StandardCharsets.UTF_8);
    JsonField field = fields.field(name);
    if (field == null || !field.isAt(body, at)) {
      return null; // bytes that are no UTF-8 are shown as what may be a name
    }
    last.sawNext(field);
    return field;
  }

  /** Takes the value at {@code at}, and says where it ends. */
  private int value(byte[] body, int at, JsonField field) {
    Scalar scalar = field.scalar();
    if (at >= body.length || (scalar == null && field.column != null)) {
      return NOT_FLAT;
    }
    slot.at(field.position);
    return switch (body[at]) {
      case '"' -> text(body, at + 1, scalar);
      case 't' -> bool(body, at, scalar, true, TRUE);
      case 'f' -> bool(body, at, scalar, false, FALSE);
      case 'n' -> nothing(body, at, scalar);
      default -> number(body, at, scalar);
    };
  }

  private int text(byte[] body, int start, @Nullable Scalar scalar) {
    int close = JsonInput.firstSpecial(body, start, body.length);
    if (close == body.length || body[close] != '"') {
      return NOT_FLAT;
    }
    if (scalar != null) {
      scalar.text(slot, body, start, close - start);
    } else if (!isAscii(body, start, close)) {
      return NOT_FLAT; // nobody would see to it that it is UTF-8
    }
    return close + 1;
  }

  private static boolean isAscii(byte[] body, int start, int end) {
    int all = 0;
    for (int i = start; i < end; i++) {
      all |= body[i];
    }
    return all >= 0;
  }

  private int number(byte[] body, int start, @Nullable Scalar scalar) {
    int end = number.readFrom(body, start, body.length);
    if (end < 0 || number.hasLeadingZeros()) {
      return NOT_FLAT;
    }
    if (scalar != null) {
      scalar.number(slot, number);
    }
    return end;
  }

  private int bool(byte[] body, int start, @Nullable Scalar scalar, boolean value, byte[] word) {
    int end = after(body, start, word);
    if (end > 0 && scalar != null) {
      scalar.bool(slot, value);
    }
    return end;
  }

  private int nothing(byte[] body, int start, @Nullable Scalar scalar) {
    int end = after(body, start, NULL);
    if (end > 0 && scalar != null) {
      slot.setNull();
    }
    return end;
  }

  private static int after(byte[] body, int start, byte[] word) {
    int end = start + word.length;
    return end <= body.length && Arrays.equals(body, start, end, word, 0, word.length)
        ? end
        : NOT_FLAT;
  }
}
