package dev.firn.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DecimalWritersTest {

  @Test
  void decimalsOfEveryPrecisionAndScaleKeepTheirValues() {
    Random random = new Random(3);
    for (int precision = 1; precision <= 38; precision++) {
      for (int scale : new int[] {0, precision / 2, precision}) {
        TestRows rows = TestRows.of(Types.DecimalType.of(precision, scale));
        BigInteger most = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
        List<BigInteger> all = new ArrayList<>(List.of(most, most.negate(), BigInteger.ZERO));
        for (int i = 0; i < 4; i++) {
          all.add(new BigInteger(precision * 3, random).negate());
        }
        for (BigInteger unscaled : all) {
          BigDecimal value = new BigDecimal(unscaled, scale);
          assertThat(rows.one(row -> row.setDecimal(0, value))).isEqualTo(value);
          assertThat(rows.one(row -> row.setObject("x", value))).isEqualTo(value);
          assertThat(rows.one(row -> row.setDecimal("x", value.stripTrailingZeros())))
              .isEqualTo(value);
          assertThat(rows.one(row -> row.setDecimal(0, value.setScale(scale + 3))))
              .isEqualTo(value);
          if (unscaled.bitLength() < 64) {
            assertThat(rows.one(row -> row.setUnscaledDecimal(0, unscaled.longValue())))
                .isEqualTo(value);
          }
          BigInteger whole = unscaled.divide(BigInteger.TEN.pow(scale));
          if (whole.bitLength() < 32) {
            BigDecimal rounded = new BigDecimal(whole).setScale(scale);
            assertThat(rows.one(row -> row.setInt(0, whole.intValue()))).isEqualTo(rounded);
            assertThat(rows.one(row -> row.setLong("x", whole.longValue()))).isEqualTo(rounded);
            assertThat(rows.one(row -> row.setObject("x", whole))).isEqualTo(rounded);
          }
        }
        BigDecimal over = new BigDecimal(most.add(BigInteger.ONE), scale);
        for (BigDecimal refused : List.of(over, over.negate(), over.setScale(scale + 1))) {
          assertThat(rows.reject(row -> row.setDecimal(0, refused)))
              .hasMessageContaining("more than " + (precision - scale) + " digits");
        }
      }
    }
  }

  @Test
  @Timeout(20)
  void zeroIsZeroWhateverItsScale() {
    for (String zero : List.of("0", "0.000", "0E+1000000000", "0E-1000000000")) {
      for (int precision : new int[] {9, 18, 38}) {
        TestRows rows = TestRows.of(Types.DecimalType.of(precision, 2));
        assertThat(rows.one(row -> row.setDecimal(0, new BigDecimal(zero))))
            .isEqualTo(new BigDecimal("0.00"));
      }
    }
  }
}
