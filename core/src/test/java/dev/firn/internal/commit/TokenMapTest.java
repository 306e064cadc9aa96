package dev.firn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.error.InvalidTokenException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class TokenMapTest {

  private static TokenMap map(int sources) {
    CommitToken token = CommitToken.none().withAttachment(new byte[] {7});
    Map<String, Long> generations = new HashMap<>();
    for (int i = 0; i < sources; i++) {
      token = token.with("topic-" + i, new Position(i * 1_000_003L, i % 3));
      generations.put("topic-" + i, (long) i);
    }
    StreamToken many =
        new StreamToken(3, UUID.randomUUID(), 99, UUID.randomUUID(), token, generations);
    StreamToken one =
        new StreamToken(1, UUID.randomUUID(), 1, UUID.randomUUID(), CommitToken.of(5), Map.of());
    return TokenMap.EMPTY.with("many", many).with("one ☃", one);
  }

  @Test
  void mapsComeBackShortAndLong() {
    for (int sources : new int[] {1, 12, 1000}) {
      TokenMap map = map(sources);
      assertThat(TokenMap.decode(map.encode())).isEqualTo(map);
    }
    assertThat(TokenMap.decode(TokenMap.EMPTY.encode())).isEqualTo(TokenMap.EMPTY);
  }

  @Test
  void oneStreamTakesAboutAHundredCharacters() {
    StreamToken one =
        new StreamToken(1, UUID.randomUUID(), 1, UUID.randomUUID(), CommitToken.of(5), Map.of());
    assertThat(TokenMap.EMPTY.with("orders", one).encode()).hasSizeLessThan(140);
    assertThat(map(1000).encode()).as("a thousand sources fit inline").hasSizeLessThan(16 << 10);
  }

  @Test
  void madeUpTextIsRefusedOrReadButNeverBreaksTheReader() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("TokenMapTest seed=" + seed);
    Random random = new Random(seed);
    String[] good = {map(1).encode(), map(40).encode()};
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = Base64.getUrlDecoder().decode(good[random.nextInt(2)].substring(1));
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        TokenMap.decode("1" + Base64.getUrlEncoder().encodeToString(bytes));
      } catch (InvalidTokenException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    for (String text : new String[] {"", "1", "2AAAA", "1!!", "1AA"}) {
      assertThatThrownBy(() -> TokenMap.decode(text)).isInstanceOf(InvalidTokenException.class);
    }
  }

  @Test
  void aSmallTextThatInflatesToMuchIsRefused() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(new byte[TokenMap.MAX_BYTES + (1 << 20)]);
    deflater.finish();
    byte[] out = new byte[1 << 16];
    int length = deflater.deflate(out, 1, out.length - 1);
    deflater.end();
    out[0] = 1;
    String text =
        "1" + Base64.getUrlEncoder().encodeToString(java.util.Arrays.copyOf(out, length + 1));
    assertThatThrownBy(() -> TokenMap.decode(text))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("more than");
  }
}
