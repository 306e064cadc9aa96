package dev.firn.internal.keys;

import dev.firn.api.NullsInKey;
import dev.firn.api.error.UnsupportedTableException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What tells rows apart: the columns of the key, in order, and what null means in them. Immutable,
 * safe to share; made anew for each schema, and equal by its {@link #fingerprint} as long as keys
 * are.
 *
 * <p>Floats are refused (two zeros, many NaNs, and Iceberg knows none among its identifier fields),
 * and so is what has no one form: nested values, variants, geometries.
 */
public final class KeyDefinition {

  /** Of the canonical bytes, and of what becomes of them in the index. */
  private static final int ENCODING_VERSION = 1;

  private final List<KeyField> fields;
  private final NullsInKey nulls;
  private final KeyClass keyClass;
  private final long fingerprint;

  private KeyDefinition(List<KeyField> fields, NullsInKey nulls) {
    this.fields = List.copyOf(fields);
    this.nulls = nulls;
    this.keyClass = classOf(fields);
    this.fingerprint = fingerprintOf(fields, nulls);
  }

  /**
   * The key of the columns with these ids.
   *
   * @param schema of the batches that keys will be read from: the table's, or a projection
   * @throws UnsupportedTableException naming the column that is not there or cannot be in a key
   */
  public static KeyDefinition of(Schema schema, List<Integer> fieldIds, NullsInKey nulls) {
    if (fieldIds.isEmpty() || fieldIds.stream().distinct().count() < fieldIds.size()) {
      throw new IllegalArgumentException(
          "a key has at least one column, and none twice; was " + fieldIds);
    }
    List<KeyField> fields = new ArrayList<>();
    for (int id : fieldIds) {
      int position = positionOf(schema, id);
      NestedField field = schema.columns().get(position);
      requireFit(field);
      boolean marked = nulls == NullsInKey.AS_VALUE && field.isOptional();
      fields.add(KeyField.of(id, position, field.name(), field.type(), marked));
    }
    return new KeyDefinition(fields, nulls);
  }

  private static int positionOf(Schema schema, int id) {
    List<NestedField> columns = schema.columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).fieldId() == id) {
        return i;
      }
    }
    String path = schema.findColumnName(id);
    if (path == null) {
      String subject = "field " + id;
      throw new UnsupportedTableException(
          "the key names "
              + subject
              + ", but the table has no such column (any more); upsert by columns that are there",
          subject,
          null);
    }
    throw refused(path, "lies within another column");
  }

  private static void requireFit(NestedField field) {
    Type type = field.type();
    switch (type.typeId()) {
      case BOOLEAN,
          INTEGER,
          LONG,
          DATE,
          TIME,
          TIMESTAMP,
          TIMESTAMP_NANO,
          DECIMAL,
          UUID,
          FIXED,
          STRING,
          BINARY -> {}
      case FLOAT, DOUBLE ->
          throw refused(
              field.name(), "has type " + type + ", of which equal values may differ in bits");
      case STRUCT, LIST, MAP -> throw refused(field.name(), "is nested");
      default -> throw refused(field.name(), "has type " + type);
    }
  }

  private static UnsupportedTableException refused(String path, String why) {
    return new UnsupportedTableException(
        "column '"
            + path
            + "' cannot be part of a key: it "
            + why
            + "; upsert by columns of integers, decimals, dates, times, strings, bytes or UUIDs",
        path,
        null);
  }

  private static KeyClass classOf(List<KeyField> fields) {
    int bytes = 0;
    for (KeyField field : fields) {
      if (field.fixedBytes() == 0) {
        return KeyClass.KH;
      }
      bytes += field.fixedBytes();
    }
    if (bytes > 2 * Long.BYTES) {
      return KeyClass.KH;
    }
    return bytes > Long.BYTES ? KeyClass.K128 : KeyClass.K64;
  }

  /** The first 64 bits of the SHA-256 of the definition in words. */
  private static long fingerprintOf(List<KeyField> fields, NullsInKey nulls) {
    StringBuilder text = new StringBuilder("firn-key/" + ENCODING_VERSION + ' ' + nulls);
    for (KeyField field : fields) {
      text.append(' ').append(field.id()).append(':').append(field.typeName());
      text.append(field.marked() ? "?" : "");
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return BigEndian.getLong(digest, 0);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Equal for definitions that give equal keys the same words (with the same secret): it changes
   * with the columns' ids and order, with types beyond the promotions that keep values, with the
   * meaning of null, and with the encoding; not with names, or with int that became long, or a
   * decimal that got more digits.
   */
  public long fingerprint() {
    return fingerprint;
  }

  /** How its keys are kept. */
  public KeyClass keyClass() {
    return keyClass;
  }

  /** What null means. */
  public NullsInKey nulls() {
    return nulls;
  }

  /** The columns, in order. */
  List<KeyField> fields() {
    return fields;
  }
}
