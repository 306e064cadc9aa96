package dev.firn.internal.commit;

import dev.firn.api.error.InvalidTokenException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a token map into a snapshot's summary, and reads it back. A map that is longer than the
 * inline cap goes to a file of its own in the table's metadata folder, because every summary is
 * rewritten with every commit for as long as its snapshot is kept.
 */
final class TokenFiles {

  /** Table property: the longest token map that is kept in the summary itself. */
  static final String INLINE_PROPERTY = "firn.token.inline-chars";

  /** 8 KiB: a thousand sources, and 2.4 MB of metadata with 300 snapshots. */
  static final int DEFAULT_INLINE_CHARS = 8 << 10;

  /** Twice what {@link TokenMap} decodes: nothing longer can be a map. */
  private static final int MAX_FILE_BYTES = 2 * TokenMap.MAX_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(TokenFiles.class);

  private static final String NAME_PREFIX = "firn-tok-";
  private static final String NAME_END = ".txt";

  private final Supplier<FileIO> io;
  private final UnaryOperator<String> metadataLocation;

  private @Nullable String cachedText;
  private TokenMap cached = TokenMap.EMPTY;

  TokenFiles(Supplier<FileIO> io, UnaryOperator<String> metadataLocation) {
    this.io = io;
    this.metadataLocation = metadataLocation;
  }

  /**
   * The map that a snapshot carries; empty if it carries none, or only the name of a file that is
   * not there any more: who removes orphan files by what metadata names does not know it.
   */
  Optional<TokenMap> tokens(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    if (summary == null) {
      return Optional.empty();
    }
    String inline = summary.get(TokenLedger.TOKENS);
    String reference = summary.get(TokenLedger.TOKENS_REFERENCE);
    String text = inline != null ? inline : reference;
    if (text == null) {
      return Optional.empty();
    }
    if (!text.equals(cachedText)) {
      try {
        cached = TokenMap.decode(inline != null ? inline : readReference(text));
      } catch (NotFoundException e) {
        LOG.warn("The token map of snapshot {} was removed", snapshot.snapshotId(), e);
        return Optional.empty();
      }
      cachedText = text;
    }
    return Optional.of(cached);
  }

  /** Whether a file of this name is a token map. */
  static boolean isOurs(String name) {
    return name.startsWith(NAME_PREFIX) && name.endsWith(NAME_END);
  }

  boolean carriesTokens(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    return summary != null
        && (summary.containsKey(TokenLedger.TOKENS)
            || summary.containsKey(TokenLedger.TOKENS_REFERENCE));
  }

  /** The files that maps of {@code snapshots} lie in, where they lie where this table's do. */
  Set<String> locations(Iterable<Snapshot> snapshots) {
    return locations(snapshots, metadataLocation.apply(NAME_PREFIX));
  }

  /** The files that maps of {@code snapshots} lie in, below {@code ours}. */
  static Set<String> locations(Iterable<Snapshot> snapshots, String ours) {
    Set<String> locations = new HashSet<>();
    for (Snapshot snapshot : snapshots) {
      Map<String, String> summary = snapshot.summary();
      String reference = summary == null ? null : summary.get(TokenLedger.TOKENS_REFERENCE);
      int hash = reference == null ? -1 : reference.lastIndexOf('#');
      if (reference != null && hash > 0 && reference.startsWith(ours)) {
        locations.add(reference.substring(0, hash));
      }
    }
    return locations;
  }

  /** Adds {@code map} to a summary that is being made. */
  void put(Map<String, String> summary, TokenMap map, UUID commitId, int inlineChars) {
    String text = map.encode();
    boolean inline = text.length() <= inlineChars;
    String value = inline ? text : writeReference(text, commitId);
    summary.put(inline ? TokenLedger.TOKENS : TokenLedger.TOKENS_REFERENCE, value);
    // What was just written need not be read back, and others may have expired it by then.
    cachedText = value;
    cached = map;
  }

  /** The epoch that a summary shows; 0 if it shows none. */
  long epoch(@Nullable String text) {
    try {
      return text == null ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private String writeReference(String text, UUID commitId) {
    String location =
        metadataLocation.apply(NAME_PREFIX + commitId + "-" + UUID.randomUUID() + NAME_END);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    SideFiles.write(io.get(), location, bytes);
    return location + "#" + sha256(bytes);
  }

  private String readReference(String reference) {
    int hash = reference.lastIndexOf('#');
    if (hash < 0) {
      throw TokenMap.unreadable("a reference without a checksum", null);
    }
    String location = reference.substring(0, hash);
    byte[] bytes = SideFiles.read(io.get(), location, MAX_FILE_BYTES);
    if (!sha256(bytes).equals(reference.substring(hash + 1))) {
      throw TokenMap.unreadable(location + " does not match its checksum", null);
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new InvalidTokenException("This Java has no SHA-256", e);
    }
  }
}
