package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyMixerTest {

  private final KeyMixer mixer = new KeyMixer(new KeySecret(0x1234567890abcdefL, 42));

  @Test
  void aMixedWordGivesTheKeyBack() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long word = i < 100 ? i - 50 : random.nextLong();
      assertThat(mixer.unmixedOne(mixer.one(word))).isEqualTo(word);
    }
  }

  @Test
  void twoMixedWordsGiveTheKeyBack() {
    Random random = new Random(2);
    for (int i = 0; i < 10_000; i++) {
      long first = i < 100 ? i / 10 : random.nextLong();
      long second = i < 100 ? i % 10 : random.nextLong();
      long mixedSecond = mixer.second(second);
      long mixedFirst = mixer.first(first, mixedSecond);
      assertThat(mixer.unmixedSecond(mixedSecond)).isEqualTo(second);
      assertThat(mixer.unmixedFirst(mixedFirst, mixedSecond)).isEqualTo(first);
    }
  }

  @Test
  void keysInARowAreSpreadOverAllShards() {
    int[] one = new int[KeyIndex.SHARDS];
    int[] two = new int[KeyIndex.SHARDS];
    for (int i = 0; i < 256_000; i++) {
      one[Shard.of(mixer.one(i))]++;
      two[Shard.of(mixer.first(7, mixer.second((long) i << 40)))]++;
    }
    for (int shard = 0; shard < KeyIndex.SHARDS; shard++) {
      assertThat(one[shard]).isBetween(800, 1200);
      assertThat(two[shard]).isBetween(800, 1200);
    }
  }
}
