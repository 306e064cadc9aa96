package dev.firn.kafka.format.json;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import com.fasterxml.jackson.core.util.BufferRecycler;
import dev.firn.kafka.format.values.NumberText;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Jackson's parser, opened for one value after the other, and with a look at the bytes of a token.
 *
 * <p>A parser of its own for each value costs as much as reading 100 bytes with it; a string made
 * of each token as much again. So this goes below Jackson's public road in two places: {@link
 * #open} sets the input of a parser that has read its last value to the end, and {@link #plainText}
 * and {@link #number} answer with a range of the bytes. All reading of JSON is still Jackson's.
 * After an exception a parser is not opened again. Hot.
 */
final class JsonInput extends UTF8StreamJsonParser {

  /** Deeper values are refused: tables are not nested like that, stack and heap are finite. */
  private static final int MAX_DEPTH = 500;

  /** A parser remembers the names it has seen; keys of maps may be as many as there are rows. */
  private static final int MAX_NAMES = 4_000;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxStringLength(Integer.MAX_VALUE) // the value is in memory as it is
          .build();

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long BLANKS = ' ' * ONES;

  private final NumberText number = new NumberText();
  private int textStart;
  private int textLength;

  JsonInput() {
    super(
        new IOContext(
            CONSTRAINTS,
            StreamWriteConstraints.defaults(),
            ErrorReportConfiguration.defaults(),
            new BufferRecycler(),
            ContentReference.redacted(),
            false),
        JsonParser.Feature.collectDefaults(),
        null,
        null,
        // Names are not interned, which is slow and for all of the process.
        ByteQuadsCanonicalizer.createRoot()
            .makeChild(
                JsonFactory.Feature.CANONICALIZE_FIELD_NAMES.getMask()
                    | JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW.getMask()),
        new byte[0],
        0,
        0,
        0,
        false);
  }

  /** Whether this parser should make way for a new one. */
  boolean isWorn() {
    return _symbols.size() > MAX_NAMES;
  }

  /** Reads {@code body} from now on; the value before was read to its end. */
  void open(byte[] body) {
    _inputBuffer = body;
    _inputPtr = startOf(body);
    _inputEnd = body.length;
    _currInputProcessed = 0;
    _currInputRow = 1;
    _currInputRowStart = 0;
  }

  /** After a byte order mark, which RFC 8259 lets readers ignore. */
  private static int startOf(byte[] body) {
    return body.length >= 3
            && body[0] == (byte) 0xEF
            && body[1] == (byte) 0xBB
            && body[2] == (byte) 0xBF
        ? 3
        : 0;
  }

  /** Whether anything but white space follows. */
  boolean hasMore() {
    while (_inputPtr < _inputEnd) {
      int c = _inputBuffer[_inputPtr];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return true;
      }
      _inputPtr++;
    }
    return false;
  }

  /**
   * Whether the string token has no escapes, so that it is {@link #textLength} bytes of {@link
   * #body} from {@link #textStart} on, not looked at whether they are UTF-8. Answers true at most
   * once for a token, and {@code getText} is for those without.
   */
  boolean plainText() {
    if (!_tokenIncomplete) {
      return false;
    }
    int i = firstSpecial(_inputBuffer, _inputPtr, _inputEnd);
    if (i == _inputEnd || _inputBuffer[i] != '"') {
      return false;
    }
    textStart = _inputPtr;
    textLength = i - _inputPtr;
    _inputPtr = i + 1;
    _tokenIncomplete = false;
    return true;
  }

  /** Where the first quote, backslash or control character is, or {@code end}. */
  static int firstSpecial(byte[] bytes, int start, int end) {
    int i = start;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      long quote = eight ^ QUOTES;
      long backslash = eight ^ BACKSLASHES;
      // A byte below n, and the high bit clear, borrows when n is taken from it. What borrows in
      // turn comes after it, and only the first counts.
      long found =
          (((quote - ONES) & ~quote)
                  | ((backslash - ONES) & ~backslash)
                  | ((eight - BLANKS) & ~eight))
              & HIGH_BITS;
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    for (; i < end; i++) {
      int c = bytes[i];
      if (c == '"' || c == '\\' || (c >= 0 && c < ' ')) {
        return i;
      }
    }
    return end;
  }

  /** Goes to the end of the object or array that starts here: its bytes are the text. */
  void skipAsText() throws IOException {
    int start = tokenStart();
    skipChildren();
    textStart = start;
    textLength = _inputPtr - start;
  }

  byte[] body() {
    return _inputBuffer;
  }

  int textStart() {
    return textStart;
  }

  int textLength() {
    return textLength;
  }

  /**
   * The number token, valid until the next; a number too long for {@link NumberText} is refused.
   */
  NumberText number() throws IOException {
    int start = tokenStart();
    int length = _inputPtr - start;
    if (!number.read(_inputBuffer, start, length)) {
      _reportError(
          "a number of "
              + length
              + " characters, more than "
              + NumberText.MAX_LENGTH
              + " or with"
              + " an exponent beyond measure");
    }
    return number;
  }

  /** The parser notes where a token starts when it has taken the first byte. */
  private int tokenStart() {
    return (int) _tokenInputTotal - 1;
  }
}
