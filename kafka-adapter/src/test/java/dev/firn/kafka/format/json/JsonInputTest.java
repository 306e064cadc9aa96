package dev.firn.kafka.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The parser that is opened again and again, against a new one of Jackson's for each value. */
class JsonInputTest {

  private static final int ROUNDS = 10_000;
  private static final String[] PIECES = {
    "a",
    "bcdefgh",
    "\\\"",
    "\\\\",
    "\\n",
    "\\u00e9",
    "\u00e9",
    "\u20ac",
    "\ud83d\ude00",
    "\\",
    "\t",
    "'",
    "{",
    "}",
    " ",
    "[1,2]",
    "\u007f",
    "\u0080"
  };

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private String drawText() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)].repeat(1 + random.nextInt(3)));
    }
    return text.append('"').toString();
  }

  private String drawValue(int depth) {
    return switch (random.nextInt(depth > 3 ? 6 : 8)) {
      case 0 -> String.valueOf(random.nextInt());
      case 1 -> String.valueOf(random.nextDouble());
      case 2 -> "-1.5E+3";
      case 3 -> random.nextBoolean() ? "true" : "null";
      case 4, 5 -> drawText();
      case 6 -> "[" + drawValue(depth + 1) + " ,\n" + drawValue(depth + 1) + "]";
      default ->
          "{\"some name\" : " + drawValue(depth + 1) + "," + drawText() + ":" + drawValue(9) + "}";
    };
  }

  private static List<String> tokens(JsonParser in) {
    List<String> tokens = new ArrayList<>();
    try {
      for (JsonToken t = in.nextToken(); t != null; t = in.nextToken()) {
        String text = t.isNumeric() || t == JsonToken.VALUE_STRING ? textOf(in, t) : "";
        tokens.add(t + " " + in.currentName() + " " + text);
        if (in.getParsingContext().inRoot()) { // at the end a parser closes itself
          if (hasMore(in)) {
            tokens.add("refused");
          }
          break;
        }
      }
    } catch (JsonProcessingException e) {
      tokens.add("refused");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return tokens;
  }

  /** Whether anything follows, a drawn text that closes the object too early for instance. */
  private static boolean hasMore(JsonParser parser) throws IOException {
    if (parser instanceof JsonInput in) {
      return in.hasMore();
    }
    try {
      return parser.nextToken() != null;
    } catch (JsonProcessingException e) {
      return true;
    }
  }

  private static String textOf(JsonParser parser, JsonToken token) throws IOException {
    if (!(parser instanceof JsonInput in)) {
      return parser.getText();
    } else if (token.isNumeric()) {
      return in.number().toString();
    } else if (in.plainText()) {
      return new String(in.body(), in.textStart(), in.textLength(), StandardCharsets.UTF_8);
    }
    return in.getText();
  }

  @Test
  void tokensAreThoseOfANewParser() throws IOException {
    JsonFactory jackson = new JsonFactory();
    JsonInput in = new JsonInput();
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String text = "{\"x\": " + drawValue(0) + "}";
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      in.open(body);
      List<String> found = tokens(in);
      assertThat(found).as("%s, seed %s", text, seed).isEqualTo(tokens(jackson.createParser(body)));
      if (found.contains("refused")) {
        refused++;
        in = new JsonInput();
      } else {
        assertThat(in.hasMore()).isFalse();
      }
    }
    assertThat(refused).as("seed %s", seed).isBetween(ROUNDS / 100, ROUNDS / 2);
  }
}
