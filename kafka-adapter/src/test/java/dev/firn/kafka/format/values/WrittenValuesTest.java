package dev.firn.kafka.format.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers and times as they are written, against the JDK's reading of the same text. */
class WrittenValuesTest {

  private static final int ROUNDS = 5_000;
  private static final long SEED = new Random().nextLong();

  private final Random random = new Random(SEED);
  private final NumberText number = new NumberText();
  private final IsoText iso = new IsoText();

  private static byte[] padded(String text) {
    return ("[" + text + "]").getBytes(StandardCharsets.UTF_8);
  }

  private boolean readNumber(String text) {
    byte[] bytes = padded(text);
    return number.read(bytes, 1, bytes.length - 2);
  }

  private String drawNumber() {
    StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "-" : "");
    text.append(new BigInteger(1 + random.nextInt(70), random));
    if (random.nextBoolean()) {
      text.append('.').append(random.nextInt(1000)).append("0".repeat(random.nextInt(3)));
    }
    if (random.nextInt(4) == 0) {
      text.append(random.nextBoolean() ? "e" : "E+").append(random.nextInt(30));
    } else if (random.nextInt(4) == 0) {
      text.append("e-").append(random.nextInt(40));
    }
    return text.toString();
  }

  @Test
  void numbersAreReadAsTheJdkReadsThem() {
    for (int i = 0; i < ROUNDS; i++) {
      String text = drawNumber();
      assertThat(readNumber(text)).as("%s, seed %s", text, SEED).isTrue();
      BigDecimal exact = new BigDecimal(text);
      assertThat(number.decimal()).as("%s, seed %s", text, SEED).isEqualByComparingTo(exact);
      assertThat(number.doubleValue()).as(text).isEqualTo(Double.parseDouble(text));
      assertThat(number.floatValue()).as(text).isEqualTo(Float.parseFloat(text));
      BigInteger whole =
          exact.remainder(BigDecimal.ONE).signum() == 0 ? exact.toBigInteger() : null;
      boolean isLong = whole != null && whole.bitLength() < Long.SIZE;
      assertThat(number.isLong()).as("%s, seed %s", text, SEED).isEqualTo(isLong);
      if (isLong) {
        assertThat(number.longValue()).as(text).isEqualTo(exact.longValueExact());
      }
    }
  }

  @Test
  void theEdgesOfALongAreLongs() {
    for (long edge : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 0, -1}) {
      assertThat(readNumber(Long.toString(edge)) && number.isLong()).isTrue();
      assertThat(number.longValue()).isEqualTo(edge);
    }
    assertThat(readNumber("9223372036854775808") && !number.isLong()).isTrue();
    assertThat(readNumber("-9223372036854775809") && !number.isLong()).isTrue();
    assertThat(readNumber("-0.0") && 1 / number.doubleValue() < 0).isTrue();
  }

  @Test
  void whatIsNoNumberIsNone() {
    for (String text :
        new String[] {"", "-", "+1", ".5", "1.", "1e", "1e+", "e5", "1 ", "0x10", "1,5", "--1"}) {
      assertThat(readNumber(text)).as(text).isFalse();
    }
  }

  @Test
  void timestampsAreReadAsTheJdkReadsThem() {
    for (int i = 0; i < ROUNDS; i++) {
      OffsetDateTime time =
          LocalDate.of(random.nextInt(10_000), 1, 1)
              .plusDays(random.nextInt(365))
              .atTime(LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L)))
              .atOffset(ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2161) - 1080)));
      String text = time.toString();
      byte[] bytes = padded(random.nextBoolean() ? text : text.replace('T', ' '));
      assertThat(iso.readDateTime(bytes, 1, bytes.length - 2)).as(text).isTrue();
      assertThat(iso.epochSecond()).as("%s, seed %s", text, SEED).isEqualTo(time.toEpochSecond());
      assertThat(iso.nanos()).as(text).isEqualTo(time.getNano());
    }
  }

  @Test
  void datesOfAllYearsAreReadAsTheJdkReadsThem() {
    List<LocalDate> wrong = new ArrayList<>();
    for (LocalDate day = LocalDate.of(0, 1, 1); day.getYear() < 10_000; day = day.plusDays(17)) {
      byte[] bytes = padded(day.toString());
      if (!iso.readDate(bytes, 1, bytes.length - 2) || iso.epochDay() != day.toEpochDay()) {
        wrong.add(day);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void whatIsNoTimeIsNone() {
    for (String text :
        new String[] {
          "2026-02-29T00:00",
          "2026-13-01T00:00",
          "2026-00-01T00:00",
          "2026-01-00T00:00",
          "2026-04-31T00:00",
          "2026-01-01",
          "2026-01-01T",
          "2026-01-01T1:00",
          "2026-01-01T24:00",
          "2026-01-01T00:60",
          "2026-01-01T00:00:60",
          "2026-01-01T00:00:",
          "2026-01-01T00:00:00.",
          "2026-01-01T00:00:00.1234567890",
          "2026-01-01T00:00x",
          "2026-01-01T00:00ZZ",
          "2026-01-01T00:00+1",
          "2026-01-01T00:00+19:00",
          "2026-01-01T00:00+01:60",
          "2026-01-01T00:00+01:0",
          "2026/01/01T00:00",
          "20260101T0000",
          "2026-01-01x00:00",
          "-026-01-01T00:00",
          "2026-01-01T-1:00",
          "2026-01-01T00:00+-1:00"
        }) {
      byte[] bytes = padded(text);
      assertThat(iso.readDateTime(bytes, 1, bytes.length - 2)).as(text).isFalse();
    }
  }
}
