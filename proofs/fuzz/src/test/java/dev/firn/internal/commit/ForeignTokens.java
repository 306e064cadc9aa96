package dev.firn.internal.commit;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.StagedCommit;
import dev.firn.internal.stage.StagedFilesCodec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.io.FileIO;

/** Opens the decoders of this package to foreign bytes; each throws what the decoder throws. */
public final class ForeignTokens {

  /** The keys of a summary and the name of a property that foreign text may stand in. */
  public static final List<String> SUMMARY_KEYS =
      List.of(
          TokenLedger.TOKENS,
          TokenLedger.TOKENS_REFERENCE,
          TokenLedger.COMMIT_ID,
          TokenLedger.STREAM,
          TokenLedger.EPOCH,
          TokenLedger.WRITER,
          "source-snapshot-id");

  private ForeignTokens() {}

  /** The entries of maps of none, one and two streams. */
  public static List<byte[]> mapPayloads() {
    UUID id = new UUID(1, 2);
    CommitToken many = CommitToken.none();
    for (int i = 0; i < 40; i++) {
      many = many.with("orders-" + i, new Position(i, i % 3));
    }
    StreamToken plain = new StreamToken(3, id, 7, id, CommitToken.of(42), Map.of());
    StreamToken rich = new StreamToken(-1, id, 0, id, many, Map.of("orders-1", 5L, "x", -1L));
    List<byte[]> payloads = new ArrayList<>();
    TokenMap one = TokenMap.EMPTY.with("s", plain);
    for (TokenMap map : List.of(TokenMap.EMPTY, one, one.with("other", rich))) {
      payloads.add(payload(map.encode()));
    }
    return payloads;
  }

  /** What stands behind the format and the byte that says whether it is deflated; plain. */
  private static byte[] payload(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text.substring(1));
    if (bytes[0] == 0) {
      return Arrays.copyOfRange(bytes, 1, bytes.length);
    }
    Inflater inflater = new Inflater(true);
    inflater.setInput(bytes, 1, bytes.length - 1);
    byte[] plain = new byte[1 << 16];
    try {
      return Arrays.copyOf(plain, inflater.inflate(plain));
    } catch (DataFormatException e) {
      throw new IllegalStateException(e);
    } finally {
      inflater.end();
    }
  }

  /** Entries as the text of a map. */
  public static String mapText(byte[] entries, boolean deflated) {
    byte[] payload = deflated ? deflate(entries) : entries;
    byte[] all = new byte[1 + payload.length];
    all[0] = (byte) (deflated ? 1 : 0);
    System.arraycopy(payload, 0, all, 1, payload.length);
    return "1" + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  private static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(plain);
      deflater.finish();
      byte[] out = new byte[plain.length + 64];
      return Arrays.copyOf(out, deflater.deflate(out));
    } finally {
      deflater.end();
    }
  }

  /** Reads a map, and returns the text that it is written as. */
  public static String readMap(String text) {
    return TokenMap.decode(text).encode();
  }

  /** A stream's property, without its format. */
  public static byte[] registryPayload(String tableUuid) {
    UUID id = new UUID(1, 2);
    StreamToken token = new StreamToken(3, id, 7, id, CommitToken.of("a", 1), Map.of("a", 2L));
    String text = new StreamRegistry(5, tableUuid, 6, 7, token, true).encode();
    return Base64.getUrlDecoder().decode(text.substring(1));
  }

  public static String registryText(byte[] payload) {
    return "1" + Base64.getUrlEncoder().withoutPadding().encodeToString(payload);
  }

  /** The property that foreign text may stand in. */
  public static String registryKey(String stream, String branch) {
    return StreamRegistry.key(stream, branch);
  }

  /** A note about a commit that ended badly. */
  public static byte[] intent(StagedCommit staged, Map<Integer, PartitionSpec> specs) {
    return new Intent(
            new UUID(1, 2), 3, List.of(staged), List.of(StagedFilesCodec.decode(staged, specs)))
        .encode();
  }

  /** Whether the note could be read. */
  public static boolean readsIntent(FileIO io, String location, Map<Integer, PartitionSpec> specs) {
    return Intent.read(io, location, specs) != null;
  }

  /** A reference to a file with a token map, as a summary has it. */
  public static String reference(String location, byte[] bytes) {
    try {
      return location
          + "#"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
