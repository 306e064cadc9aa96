package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.error.InvalidTokenException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of all streams of a branch. Each Firn commit carries the whole map forward, so the
 * nearest ancestor with a map says everything. Immutable.
 *
 * <p>As text: {@code "1"} and base64url of one byte, 0 for plain and 1 for deflated, and the
 * entries. Decoding is bounded by {@link #MAX_BYTES}, whatever the text says.
 */
final class TokenMap {

  /** 4 MiB of entries: some 100,000 sources, far beyond what a summary should hold. */
  static final int MAX_BYTES = 4 << 20;

  static final TokenMap EMPTY = new TokenMap(new TreeMap<>());

  private static final char FORMAT = '1';
  private static final int PLAIN = 0;
  private static final int DEFLATED = 1;

  /** Below this, deflating gains nothing: one stream with a few sources. */
  private static final int DEFLATE_FROM_BYTES = 256;

  private final Map<String, StreamToken> streams;

  private TokenMap(Map<String, StreamToken> streams) {
    this.streams = Collections.unmodifiableMap(streams);
  }

  Optional<StreamToken> get(String stream) {
    return Optional.ofNullable(streams.get(stream));
  }

  /** All streams by name. */
  Map<String, StreamToken> streams() {
    return streams;
  }

  TokenMap with(String stream, StreamToken token) {
    TreeMap<String, StreamToken> copy = new TreeMap<>(streams);
    copy.put(stream, token);
    return new TokenMap(copy);
  }

  TokenMap without(String stream) {
    TreeMap<String, StreamToken> copy = new TreeMap<>(streams);
    copy.remove(stream);
    return new TokenMap(copy);
  }

  String encode() {
    byte[] plain = plainBytes();
    byte[] deflated = plain.length < DEFLATE_FROM_BYTES ? plain : deflate(plain);
    boolean smaller = deflated.length < plain.length;
    byte[] payload = smaller ? deflated : plain;
    byte[] out = new byte[1 + payload.length];
    out[0] = (byte) (smaller ? DEFLATED : PLAIN);
    System.arraycopy(payload, 0, out, 1, payload.length);
    return FORMAT + Base64.getUrlEncoder().withoutPadding().encodeToString(out);
  }

  static TokenMap decode(String text) {
    if (text.isEmpty() || text.charAt(0) != FORMAT) {
      throw unreadable("unknown format", null);
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text.substring(1));
      if (bytes.length == 0) {
        throw unreadable("it is empty", null);
      }
      byte[] payload = Arrays.copyOfRange(bytes, 1, bytes.length);
      return fromPlainBytes(bytes[0] == DEFLATED ? inflate(payload) : payload);
    } catch (IllegalArgumentException | IOException | DataFormatException e) {
      throw unreadable(String.valueOf(e.getMessage()), e);
    }
  }

  private byte[] plainBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(streams.size());
      for (Map.Entry<String, StreamToken> entry : streams.entrySet()) {
        out.writeUTF(entry.getKey());
        write(out, entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static TokenMap fromPlainBytes(byte[] bytes) throws IOException {
    ByteArrayInputStream source = new ByteArrayInputStream(bytes);
    TreeMap<String, StreamToken> streams = new TreeMap<>();
    try (DataInputStream in = new DataInputStream(source)) {
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        if (streams.put(in.readUTF(), read(in)) != null) {
          throw unreadable("a stream stands twice", null);
        }
      }
    }
    if (source.available() > 0) {
      throw unreadable(source.available() + " bytes too many", null);
    }
    return new TokenMap(streams);
  }

  static void write(DataOutputStream out, StreamToken token) throws IOException {
    out.writeLong(token.epoch());
    writeUuid(out, token.owner());
    out.writeLong(token.number());
    writeUuid(out, token.commitId());
    byte[] positions = token.positions().toBytes();
    out.writeInt(positions.length);
    out.write(positions);
    out.writeInt(token.generations().size());
    for (Map.Entry<String, Long> generation : token.generations().entrySet()) {
      out.writeUTF(generation.getKey());
      out.writeLong(generation.getValue());
    }
  }

  static StreamToken read(DataInputStream in) throws IOException {
    long epoch = in.readLong();
    UUID owner = readUuid(in);
    long number = in.readLong();
    UUID commitId = readUuid(in);
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw unreadable("a length of " + length, null);
    }
    CommitToken positions = CommitToken.fromBytes(in.readNBytes(length));
    int count = in.readInt();
    TreeMap<String, Long> generations = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      generations.put(in.readUTF(), in.readLong());
    }
    return new StreamToken(epoch, owner, number, commitId, positions, generations);
  }

  private static void writeUuid(DataOutputStream out, UUID uuid) throws IOException {
    out.writeLong(uuid.getMostSignificantBits());
    out.writeLong(uuid.getLeastSignificantBits());
  }

  private static UUID readUuid(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }

  private static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(plain);
      deflater.finish();
      byte[] out = new byte[plain.length];
      int length = deflater.deflate(out);
      return deflater.finished() ? Arrays.copyOf(out, length) : plain;
    } finally {
      deflater.end();
    }
  }

  private static byte[] inflate(byte[] deflated) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(deflated);
      ByteArrayOutputStream out = new ByteArrayOutputStream(4 * deflated.length);
      byte[] chunk = new byte[4096];
      while (!inflater.finished()) {
        int length = inflater.inflate(chunk);
        if (length == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw unreadable("it ends too early", null);
        }
        out.write(chunk, 0, length);
        if (out.size() > MAX_BYTES) {
          throw unreadable("it has more than " + MAX_BYTES + " bytes", null);
        }
      }
      return out.toByteArray();
    } finally {
      inflater.end();
    }
  }

  static InvalidTokenException unreadable(String why, @Nullable Throwable cause) {
    return new InvalidTokenException(
        "The table's token map is not one that this version reads: "
            + why
            + ". Was it written by a newer Firn?",
        cause);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenMap that && streams.equals(that.streams);
  }

  @Override
  public int hashCode() {
    return streams.hashCode();
  }

  @Override
  public String toString() {
    return streams.toString();
  }
}
