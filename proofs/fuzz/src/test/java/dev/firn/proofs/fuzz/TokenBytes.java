package dev.firn.proofs.fuzz;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.TableCommitter;
import dev.firn.api.WriterOptions;
import dev.firn.api.error.FirnException;
import dev.firn.internal.commit.CommitterAccess;
import dev.firn.internal.commit.ForeignTokens;
import dev.firn.internal.stage.StagedFiles;
import dev.firn.internal.stage.StagedFilesCodec;
import dev.firn.testkit.MemoryCatalog;
import dev.firn.testkit.MemoryFileIO;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * Bytes as whatever Firn keeps positions in: tokens, the map of a snapshot's summary, the file of a
 * long map, the property of a stream, notes about commits that ended badly. The first byte says
 * which; some go to the decoder alone, some into a table on which a stream is opened then.
 */
final class TokenBytes implements Target {

  private enum Kind {
    TOKEN,
    MAP_TEXT,
    MAP_PLAIN,
    MAP_DEFLATED,
    MAP_ANY,
    INTENT,
    SUMMARY,
    PROPERTY,
    REFERENCE
  }

  private static final Kind[] KINDS = Kind.values();
  private static final TableIdentifier NAME = TableIdentifier.of("db", "t");
  private static final String FILE = "/memory/foreign";
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  /** What deflated bytes may blow up to, by the format, and by Firn's own limit. */
  private static final long MAX_RATIO = 1032;

  private static final long MAX_MAP_BYTES = 4L << 20;

  private final MemoryFileIO io = new MemoryFileIO();

  @Override
  public String name() {
    return "tokens";
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    CommitToken many = CommitToken.of("a", 7).with("b", new Position(-1, 9));
    for (CommitToken token :
        List.of(CommitToken.none(), CommitToken.of(42), many.withAttachment(new byte[] {1, 2}))) {
      seeds.add(seed(Kind.TOKEN, token.toBytes()));
    }
    for (byte[] entries : ForeignTokens.mapPayloads()) {
      String plain = ForeignTokens.mapText(entries, false);
      String deflated = ForeignTokens.mapText(entries, true);
      seeds.add(seed(Kind.MAP_TEXT, plain.getBytes(StandardCharsets.US_ASCII)));
      seeds.add(seed(Kind.MAP_TEXT, deflated.getBytes(StandardCharsets.US_ASCII)));
      seeds.add(seed(Kind.MAP_PLAIN, entries));
      seeds.add(seed(Kind.MAP_DEFLATED, entries));
      seeds.add(seed(Kind.MAP_ANY, Base64.getUrlDecoder().decode(deflated.substring(1))));
      seeds.add(seed(Kind.REFERENCE, deflated.getBytes(StandardCharsets.US_ASCII)));
      seeds.add(summarySeed(0, plain));
      seeds.add(summarySeed(0, deflated));
    }
    for (int key = 1; key < ForeignTokens.SUMMARY_KEYS.size(); key++) {
      seeds.add(summarySeed(key, FILE + "#1234"));
    }
    seeds.add(seed(Kind.PROPERTY, ForeignTokens.registryPayload("")));
    for (StagedFiles files : StagedSeeds.all()) {
      seeds.add(
          seed(
              Kind.INTENT,
              ForeignTokens.intent(
                  StagedFilesCodec.encode(files, StagedSeeds.SPECS), StagedSeeds.SPECS)));
    }
    return seeds;
  }

  private static byte[] seed(Kind kind, byte[] bytes) {
    return StagedBytes.prefixed(kind.ordinal(), bytes);
  }

  private static byte[] summarySeed(int key, String text) {
    return seed(Kind.SUMMARY, StagedBytes.prefixed(key, text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static Kind kind(byte[] input) {
    return KINDS[(input[0] & 0xFF) % KINDS.length];
  }

  @Override
  public long allowedBytes(byte[] input) {
    if (input.length == 0) {
      return 1 << 10;
    }
    long decoded =
        switch (kind(input)) {
          case MAP_TEXT, MAP_ANY, SUMMARY, REFERENCE ->
              Math.min(MAX_MAP_BYTES, MAX_RATIO * input.length);
          default -> input.length;
        };
    boolean opens = kind(input).compareTo(Kind.SUMMARY) >= 0;
    return (opens ? 32L << 20 : 1L << 20) + 256L * decoded;
  }

  @Override
  public void run(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    try {
      switch (kind(input)) {
        case TOKEN -> token(rest);
        case MAP_TEXT -> map(new String(rest, StandardCharsets.ISO_8859_1));
        case MAP_PLAIN -> map(ForeignTokens.mapText(rest, false));
        case MAP_DEFLATED -> map(ForeignTokens.mapText(rest, true));
        case MAP_ANY -> map(ForeignTokens.registryText(rest));
        case INTENT -> intent(rest);
        case SUMMARY -> summary(rest);
        case PROPERTY -> property(rest);
        case REFERENCE -> reference(rest);
      }
    } catch (FirnException e) {
      // Refused.
    }
  }

  private static void token(byte[] bytes) {
    CommitToken token = CommitToken.fromBytes(bytes);
    if (!CommitToken.fromBytes(token.toBytes()).equals(token)) {
      throw new Finding("a token that is not read again as it was: " + token);
    }
    // What a token is asked on the way to a commit.
    token.advancedBy(token);
    token.only(token.positions().keySet());
    if (!token.isCoveredBy(token)) {
      throw new Finding("not covered by itself: " + token);
    }
  }

  private static void map(String text) {
    String again = ForeignTokens.readMap(text);
    if (!ForeignTokens.readMap(again).equals(again)) {
      throw new Finding("a map that is not read again as it was");
    }
  }

  private void intent(byte[] bytes) {
    io.put(FILE, bytes);
    ForeignTokens.readsIntent(io, FILE, StagedSeeds.SPECS);
  }

  private static void summary(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    List<String> keys = ForeignTokens.SUMMARY_KEYS;
    String key = keys.get((bytes[0] & 0xFF) % keys.size());
    Table table = table();
    String text = new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
    AppendFiles append = table.newFastAppend();
    append.set(key, text);
    append.commit();
    open(table);
  }

  private static void property(byte[] bytes) {
    Table table = table();
    // The property counts only if it names the table.
    byte[] uuid = table.uuid().toString().getBytes(StandardCharsets.US_ASCII);
    byte[] payload = new byte[bytes.length + uuid.length];
    int at = Math.min(10, bytes.length);
    System.arraycopy(bytes, 0, payload, 0, at);
    System.arraycopy(uuid, 0, payload, at, uuid.length);
    System.arraycopy(bytes, at, payload, at + uuid.length, bytes.length - at);
    if (at == 10) {
      payload[9] = (byte) (payload[9] == 0 ? uuid.length : payload[9]);
    }
    table
        .updateProperties()
        .set(ForeignTokens.registryKey("s", "main"), ForeignTokens.registryText(payload))
        .commit();
    open(table);
  }

  private static void reference(byte[] bytes) {
    MemoryCatalog catalog = new MemoryCatalog();
    Table table = catalog.createTable(NAME, SCHEMA);
    catalog.io().put(FILE, bytes);
    AppendFiles append = table.newFastAppend();
    append.set(ForeignTokens.SUMMARY_KEYS.get(1), ForeignTokens.reference(FILE, bytes));
    append.commit();
    open(table);
  }

  private static Table table() {
    return new MemoryCatalog().createTable(NAME, SCHEMA, null, Map.of());
  }

  private static void open(Table table) {
    WriterOptions options = WriterOptions.builder("s").build();
    try (TableCommitter committer = CommitterAccess.open(table, options, wait -> {})) {
      committer.committed();
    }
  }
}
