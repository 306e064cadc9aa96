package dev.firn.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeletionVectorBytesTest {

  private static DeletedRows some() {
    DeletedRows rows = new DeletedRows();
    for (long position : new long[] {0, 7, 65_535, 65_536, 1_000_000, DeletedRows.MAX_POSITION}) {
      rows.add(position);
    }
    return rows;
  }

  @Test
  void aVectorBeginsAsThePuffinFormatSays() {
    ByteBuffer bytes = ByteBuffer.wrap(DeletionVectorBytes.of(some()));

    assertThat(bytes.getInt()).isEqualTo(bytes.capacity() - 8);
    assertThat(bytes.getInt()).isEqualTo(0xD1D33964);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    assertThat(DeletionVectorBytes.read(DeletionVectorBytes.of(some()))).isEqualTo(some());
  }

  @Test
  void everyDamageIsNoticed() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] whole = DeletionVectorBytes.of(some());
    for (int i = 0; i < 500; i++) {
      byte[] damaged =
          random.nextInt(3) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      if (damaged.length == whole.length) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertThatThrownBy(() -> DeletionVectorBytes.read(damaged))
          .as("seed %d, vector %s", seed, Arrays.toString(damaged))
          .isInstanceOf(IOException.class);
    }
  }
}
