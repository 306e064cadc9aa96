package dev.firn.api;

import dev.firn.api.error.InvalidTokenException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far each source of a stream has been written: one growing {@link Position} per named source
 * (e.g. per Kafka partition), or one for a single unnamed source. A position is the exclusive end:
 * everything before it is in the table.
 *
 * <p>The token is stored in the summary of the snapshot that holds the rows, so both appear, and
 * roll back, together. An attachment of a few bytes (e.g. a connector's offset map) can travel with
 * it; it takes no part in the order.
 *
 * <p>Tokens are ordered per source; a source that is missing in a token has not begun. Immutable.
 *
 * @since 0.1
 */
public final class CommitToken {

  /** Attachments are stored in every retained snapshot, so they are kept small: 8 KiB. */
  public static final int MAX_ATTACHMENT_BYTES = 8 << 10;

  /** Longer names of sources are refused, for the same reason. */
  public static final int MAX_SOURCE_BYTES = 1 << 10;

  /** The name under which the unnamed source is kept: no named source may be empty. */
  private static final String UNNAMED = "";

  private static final int FORMAT = 1;
  private static final byte[] NO_BYTES = {};
  private static final CommitToken NONE = new CommitToken(new TreeMap<>(), NO_BYTES);

  private final TreeMap<String, Position> positions;
  private final byte[] attachment;

  private CommitToken(TreeMap<String, Position> positions, byte[] attachment) {
    this.positions = positions;
    this.attachment = attachment;
  }

  /** Before the first commit: no source has begun. */
  public static CommitToken none() {
    return NONE;
  }

  /** The unnamed source, up to {@code position}. */
  public static CommitToken of(long position) {
    return of(Position.of(position));
  }

  /** The unnamed source, up to {@code position}. */
  public static CommitToken of(Position position) {
    TreeMap<String, Position> positions = new TreeMap<>();
    positions.put(UNNAMED, position);
    return new CommitToken(positions, NO_BYTES);
  }

  /** One named source, up to {@code position}; combine several with {@link #with}. */
  public static CommitToken of(String source, long position) {
    return NONE.with(source, Position.of(position));
  }

  /**
   * Several sources at once; a map with the empty name alone is the unnamed source, as in {@link
   * #positions()}.
   *
   * @throws InvalidTokenException if a name is too long or no Unicode, or the empty name stands
   *     beside others
   */
  public static CommitToken of(Map<String, Position> positions) {
    if (positions.isEmpty()) {
      return NONE;
    }
    if (positions.size() > 1 || !positions.containsKey(UNNAMED)) {
      positions.keySet().forEach(CommitToken::requireName);
    }
    return new CommitToken(new TreeMap<>(positions), NO_BYTES);
  }

  /**
   * This token with {@code source} at {@code position}, in place of its position so far.
   *
   * @throws InvalidTokenException if the source's name is empty, too long or no Unicode, or this
   *     token is of the unnamed source
   */
  public CommitToken with(String source, Position position) {
    requireName(source);
    if (isUnnamed()) {
      throw mixed("named source \"" + source + "\"", "one unnamed source");
    }
    TreeMap<String, Position> copy = new TreeMap<>(positions);
    copy.put(source, position);
    return new CommitToken(copy, attachment);
  }

  private static void requireName(String source) {
    int nameBytes = source.getBytes(StandardCharsets.UTF_8).length;
    if (nameBytes == 0 || nameBytes > MAX_SOURCE_BYTES) {
      throw new InvalidTokenException(
          "The name of a source must have 1 to "
              + MAX_SOURCE_BYTES
              + " UTF-8 bytes, but \""
              + source.substring(0, Math.min(source.length(), 40))
              + "\" has "
              + nameBytes
              + ".",
          null);
    }
    if (!isUnicode(source)) {
      throw new InvalidTokenException(
          "The name of a source must be Unicode, but \""
              + source.substring(0, Math.min(source.length(), 40))
              + "\" has half of a surrogate pair, and would be another name when it is read again.",
          null);
    }
  }

  /** Whether {@code text} is itself again after a way through UTF-8: no surrogate stands alone. */
  static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))
          && !Character.isSurrogatePair(
              text.charAt(i), i + 1 < text.length() ? text.charAt(++i) : ' ')) {
        return false;
      }
    }
    return true;
  }

  /** This token with {@code bytes} attached in place of its attachment so far. */
  public CommitToken withAttachment(byte[] bytes) {
    if (bytes.length > MAX_ATTACHMENT_BYTES) {
      throw new InvalidTokenException(
          "An attachment may have "
              + MAX_ATTACHMENT_BYTES
              + " bytes, but this one has "
              + bytes.length
              + ". Keep it elsewhere and attach a reference.",
          null);
    }
    return new CommitToken(positions, bytes.clone());
  }

  /**
   * This token with every source of {@code later} at the later token's position, and its attachment
   * if it has one. Does not check that positions grow.
   *
   * @throws InvalidTokenException if one of the tokens is of the unnamed source and the other is
   *     not
   */
  public CommitToken advancedBy(CommitToken later) {
    if (!isNone() && !later.isNone() && isUnnamed() != later.isUnnamed()) {
      throw later.isUnnamed()
          ? mixed("unnamed position " + later, "named sources " + positions.keySet())
          : mixed("named sources " + later.positions.keySet(), "one unnamed source");
    }
    TreeMap<String, Position> copy = new TreeMap<>(positions);
    copy.putAll(later.positions);
    return new CommitToken(copy, later.attachment.length > 0 ? later.attachment : attachment);
  }

  /**
   * The position of the unnamed source; empty if it has not begun, or has two numbers that a long
   * cannot say.
   */
  public OptionalLong position() {
    return single(positions.get(UNNAMED));
  }

  /**
   * The position of a named source; empty if it has not begun, or has two numbers that a long
   * cannot say.
   */
  public OptionalLong position(String source) {
    return source.isEmpty() ? OptionalLong.empty() : single(positions.get(source));
  }

  /**
   * All positions by source, in order of name; the unnamed source is the empty name. Unmodifiable.
   */
  public Map<String, Position> positions() {
    return Collections.unmodifiableMap(positions);
  }

  /** The attachment, if there is one; a copy. */
  public Optional<byte[]> attachment() {
    return attachment.length == 0 ? Optional.empty() : Optional.of(attachment.clone());
  }

  /** Whether no source has begun. */
  public boolean isNone() {
    return positions.isEmpty();
  }

  /** Whether this is a token of the one unnamed source. */
  public boolean isUnnamed() {
    return positions.containsKey(UNNAMED);
  }

  /** Whether {@code other} is at or past this token for each source of this token. */
  public boolean isCoveredBy(CommitToken other) {
    for (Map.Entry<String, Position> mine : positions.entrySet()) {
      Position theirs = other.positions.get(mine.getKey());
      if (theirs == null || theirs.compareTo(mine.getValue()) < 0) {
        return false;
      }
    }
    return true;
  }

  /** This token's positions of {@code sources} only, without the attachment. */
  public CommitToken only(Iterable<String> sources) {
    TreeMap<String, Position> kept = new TreeMap<>();
    for (String source : sources) {
      Position position = positions.get(source);
      if (position != null) {
        kept.put(source, position);
      }
    }
    return new CommitToken(kept, NO_BYTES);
  }

  /** The token as versioned bytes: a version, positions by source, the attachment. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 + 24 * positions.size());
    out.write(FORMAT);
    writeVarint(out, positions.size());
    positions.forEach(
        (source, position) -> {
          byte[] name = source.getBytes(StandardCharsets.UTF_8);
          writeVarint(out, name.length);
          out.writeBytes(name);
          writeVarint(out, zigZag(position.major()));
          writeVarint(out, zigZag(position.minor()));
        });
    writeVarint(out, attachment.length);
    out.writeBytes(attachment);
    return out.toByteArray();
  }

  /**
   * A token from the bytes of {@link #toBytes()}. Allocates no more than the bytes can hold.
   *
   * @throws InvalidTokenException if these are not the bytes of a token
   */
  public static CommitToken fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (!in.hasRemaining() || in.get() != FORMAT) {
      throw unreadable(bytes, "unknown format");
    }
    TreeMap<String, Position> positions = new TreeMap<>();
    long count = readVarint(in, bytes);
    for (long i = 0; i < count; i++) {
      String source = readName(in, bytes);
      Position position =
          new Position(unZigZag(readVarint(in, bytes)), unZigZag(readVarint(in, bytes)));
      if (positions.put(source, position) != null) {
        throw unreadable(bytes, "a source stands twice");
      }
    }
    if (positions.size() > 1 && positions.containsKey(UNNAMED)) {
      throw unreadable(bytes, "named and unnamed sources mixed");
    }
    byte[] attachment = readBytes(in, MAX_ATTACHMENT_BYTES, bytes);
    if (in.hasRemaining()) {
      throw unreadable(bytes, in.remaining() + " bytes too many");
    }
    return positions.isEmpty() && attachment.length == 0
        ? NONE
        : new CommitToken(positions, attachment);
  }

  private static String readName(ByteBuffer in, byte[] all) {
    byte[] name = readBytes(in, MAX_SOURCE_BYTES, all);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      throw unreadable(all, "a source's name is not UTF-8");
    }
  }

  private static byte[] readBytes(ByteBuffer in, int limit, byte[] all) {
    long length = readVarint(in, all);
    if (length < 0 || length > limit || length > in.remaining()) {
      throw unreadable(all, "a length of " + length);
    }
    byte[] result = new byte[(int) length];
    in.get(result);
    return result;
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static long readVarint(ByteBuffer in, byte[] all) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!in.hasRemaining()) {
        throw unreadable(all, "it ends too early");
      }
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw unreadable(all, "a number is too long");
  }

  private static long zigZag(long value) {
    return value << 1 ^ value >> 63;
  }

  private static long unZigZag(long value) {
    return value >>> 1 ^ -(value & 1);
  }

  private static OptionalLong single(@Nullable Position position) {
    return position == null || position.minor() != 0
        ? OptionalLong.empty()
        : OptionalLong.of(position.major());
  }

  private static InvalidTokenException mixed(String mark, String soFar) {
    return new InvalidTokenException(
        "A stream has either one unnamed source or named ones: it has "
            + soFar
            + ", so it cannot take the "
            + mark
            + ". Use one kind of mark for a stream.",
        null);
  }

  private static InvalidTokenException unreadable(byte[] bytes, String why) {
    return new InvalidTokenException(
        "These " + bytes.length + " bytes are not a token that this version reads: " + why + ".",
        null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CommitToken that
        && positions.equals(that.positions)
        && Arrays.equals(attachment, that.attachment);
  }

  @Override
  public int hashCode() {
    return 31 * positions.hashCode() + Arrays.hashCode(attachment);
  }

  /** {@code 42}, {@code {orders-0=42, orders-1=17}} or {@code none}; never the attachment. */
  @Override
  public String toString() {
    if (isNone()) {
      return "none";
    }
    return isUnnamed() ? String.valueOf(positions.get(UNNAMED)) : positions.toString();
  }
}
