package dev.firn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.api.error.InvalidTokenException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CommitTokenTest {

  private static final Position SEVEN = Position.of(7);

  @Test
  void positionsAreAskedForBySource() {
    CommitToken token = CommitToken.of("a", 1).with("b", new Position(2, 3));
    assertThat(token.position("a")).hasValue(1);
    assertThat(token.position("b")).as("two numbers do not fit into one").isEmpty();
    assertThat(token.position("c")).isEmpty();
    assertThat(token.position()).isEmpty();
    assertThat(CommitToken.of(5).position()).hasValue(5);
    assertThat(CommitToken.none().isNone()).isTrue();
    assertThat(CommitToken.of(Map.of()).isNone()).isTrue();
    assertThat(CommitToken.of(Map.of("", SEVEN))).isEqualTo(CommitToken.of(7));
  }

  @Test
  void namedAndUnnamedSourcesDoNotMix() {
    assertThatThrownBy(() -> CommitToken.of(1).with("a", SEVEN))
        .isInstanceOf(InvalidTokenException.class);
    assertThatThrownBy(() -> CommitToken.of("a", 1).advancedBy(CommitToken.of(1)))
        .isInstanceOf(InvalidTokenException.class);
    assertThatThrownBy(() -> CommitToken.of(Map.of("", SEVEN, "a", SEVEN)))
        .isInstanceOf(InvalidTokenException.class);
  }

  @Test
  void namesAndAttachmentsAreBounded() {
    assertThatThrownBy(() -> CommitToken.of("", 1)).isInstanceOf(InvalidTokenException.class);
    String tooLong = "x".repeat(CommitToken.MAX_SOURCE_BYTES + 1);
    assertThatThrownBy(() -> CommitToken.of(tooLong, 1))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("1025");
    byte[] tooMuch = new byte[CommitToken.MAX_ATTACHMENT_BYTES + 1];
    assertThatThrownBy(() -> CommitToken.of(1).withAttachment(tooMuch))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessageContaining("attach a reference");
  }

  @Test
  void oneTokenCoversAnotherSourceBySource() {
    CommitToken one = CommitToken.of("a", 1).with("b", SEVEN);
    assertThat(one.isCoveredBy(one)).isTrue();
    assertThat(one.isCoveredBy(one.with("a", SEVEN))).isTrue();
    assertThat(one.with("a", SEVEN).isCoveredBy(one)).isFalse();
    assertThat(one.isCoveredBy(CommitToken.of("a", 9))).isFalse();
    assertThat(CommitToken.none().isCoveredBy(CommitToken.none())).isTrue();
    assertThat(new Position(1, 2)).isGreaterThan(new Position(1, 1)).isLessThan(new Position(2, 0));
  }

  @Test
  void bytesComeBackAsTheSameToken() {
    SplittableRandom random = new SplittableRandom(17);
    for (int round = 0; round < 200; round++) {
      Map<String, Position> positions = new HashMap<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        positions.put("topic-" + random.nextInt(9), position(random));
      }
      CommitToken token = CommitToken.of(positions);
      if (random.nextBoolean()) {
        token = token.withAttachment(new byte[random.nextInt(20)]);
      }
      assertThat(CommitToken.fromBytes(token.toBytes())).isEqualTo(token);
    }
    CommitToken unnamed = CommitToken.of(new Position(Long.MIN_VALUE, Long.MAX_VALUE));
    assertThat(CommitToken.fromBytes(unnamed.toBytes())).isEqualTo(unnamed);
  }

  private static Position position(SplittableRandom random) {
    return new Position(random.nextLong(), random.nextBoolean() ? 0 : random.nextLong());
  }

  @Test
  void damagedBytesAreRefusedAndNothingElse() {
    SplittableRandom random = new SplittableRandom(23);
    byte[] sound =
        CommitToken.of("topic-0", 12).with("topic-1", SEVEN).withAttachment(new byte[9]).toBytes();
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = Arrays.copyOf(sound, random.nextInt(sound.length + 4));
      for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        CommitToken.fromBytes(damaged);
      } catch (InvalidTokenException e) {
        // what damage is allowed to do
      }
    }
    assertThatThrownBy(() -> CommitToken.fromBytes(new byte[0]))
        .isInstanceOf(InvalidTokenException.class);
  }

  @Test
  void namesThatWouldBecomeOthersAreRefused() {
    // UTF-8 has no half of a surrogate pair: it would come back as a question mark.
    for (String name : new String[] {"\uD800", "a\uDC00b", "\uD83C", "\uDFD4\uD83C"}) {
      assertThatThrownBy(() -> CommitToken.of(name, 1))
          .isInstanceOf(InvalidTokenException.class)
          .hasMessageContaining("half of a surrogate pair");
      assertThatThrownBy(() -> CommitToken.of(Map.of(name, SEVEN)))
          .isInstanceOf(InvalidTokenException.class);
      assertThatThrownBy(() -> WriterOptions.builder(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("streamId");
      assertThatThrownBy(() -> WriterOptions.builder("s").branch(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("branch");
    }
    CommitToken whole = CommitToken.of("\uD83C\uDFD4", 1);
    assertThat(CommitToken.fromBytes(whole.toBytes())).isEqualTo(whole);
    assertThat(WriterOptions.builder("\uD83C\uDFD4").build().streamId()).hasSize(2);
  }
}
