package dev.firn.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The authors' vectors: key 00 01 .. 0f, messages 00 01 02 ... of 0 to 63 bytes. */
class SipHashTest {

  private static final KeySecret KEY = new KeySecret(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @ParameterizedTest
  @CsvSource({
    "0, a3817f04ba25a8e66df67214c7550293",
    "1, da87c1d86b99af44347659119b22fc45",
    "2, 8177228da4a45dc7fca38bdef60affe4",
    "7, a1f1ebbed8dbc153c0b84aa61ff08239",
    "8, 3b62a9ba6258f5610f83e264f31497b4",
    "9, 264499060ad9baabc47f8b02bb6d71ed",
    "15, 5493e99933b0a8117e08ec0f97cfc3d9",
    "16, 6ee2a4ca67b054bbfd3315bf85230577",
    "17, 473d06e8738db89854c066c47ae47740",
    "31, 2939b0183223fafc1723de4f52c43d35",
    "32, 7c3956ca5eeafc3e363e9d556546eb68",
    "62, 5853542321f567a005d547a4f04759bd",
    "63, 5150d1772f50834a503e069a973fbd7c"
  })
  void aVectorOfTheReference(int length, String expected) {
    assertThat(HexFormat.of().formatHex(hash(length))).isEqualTo(expected);
  }

  @Test
  void allVectorsOfTheReference() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int length = 0; length < 64; length++) {
      digest.update(hash(length));
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("ecfaa9fe47ff788fa834a9863ea2715a2880cd37d2b8c3c194402838428119b9");
  }

  private static byte[] hash(int length) {
    byte[] message = new byte[64];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) i; // what lies behind the message must not matter
    }
    SipHash hash = new SipHash(KEY);
    hash.hash(message, length);
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(hash.first())
        .putLong(hash.second())
        .array();
  }
}
