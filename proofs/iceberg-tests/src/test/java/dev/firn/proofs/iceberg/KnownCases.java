package dev.firn.proofs.iceberg;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The cases that do not pass, each with its reason and the error that it must fail with. */
final class KnownCases {

  /** Why a case does not pass. */
  enum Why {
    /** It fails with Iceberg's own writer too: the tests are of another release. */
    SKEW,
    /** Firn refuses what the case writes, with a typed error. */
    REFUSED,
    /** The case asks for what is Iceberg's own class or arithmetic, not for what a file holds. */
    APART
  }

  /**
   * One reason.
   *
   * @param cases pattern of the whole name
   * @param error pattern that is found in what the case fails with
   */
  record Known(Why why, Pattern cases, Pattern error, String reason) {

    boolean explains(PublishedTests.Case ended) {
      return cases.matcher(ended.name()).matches()
          && error.matcher(String.valueOf(ended.cause())).find();
    }
  }

  static final List<Known> ALL =
      List.of(
          known(
              Why.SKEW,
              ".*",
              "NoSuchMethodError: .*PositionDelete\\.set\\(java.lang.CharSequence, long, ",
              "1.12 has no position deletes with rows any more"),
          known(
              Why.SKEW,
              ".*",
              "NoSuchMethodError: .*VariantUtil\\.writeLittleEndianUnsigned",
              "1.12 moved what the tests make variants with"),
          known(
              Why.SKEW,
              ".*(formatVersion = 4).*",
              "Invalid table location in format v4, must be absolute",
              "1.12 is stricter with tables of version 4; Firn writes 2 and 3"),
          known(
              Why.SKEW,
              "JUnit Jupiter",
              "org.apache.iceberg.TestGenericAppenderFactory.* resolution failed",
              "1.12 has no GenericAppenderFactory any more"),
          known(
              Why.SKEW,
              "TestDictionaryRowGroupFilter.testNotStartsWith .*",
              "Should skip: no match in dictionary",
              "1.12's filter reads row groups with nulls here, as nulls do not start with anything"),
          known(
              Why.REFUSED,
              "(TestMetricsRowGroupFilter.testVariantField|TestParquetDataWriter.testWriteBuilder).*",
              "UnsupportedTableException: column '.*' has type variant",
              "Firn does not write variants"),
          known(
              Why.REFUSED,
              "TestParquetPageVersion.testInvalidPageVersionFails",
              "UnsupportedTableException: Table property write.parquet.page-version",
              "refused by both, but the test wants Iceberg's exception"),
          known(
              Why.REFUSED,
              "TestBloomRowGroupFilter.testTimeEq",
              "Should",
              "the test writes times of 17 days and more, which AnyRecord has to bring into a day"),
          known(
              Why.APART,
              "TestBloomRowGroupFilter.testOtherTypesIn",
              "in on all nulls column \\(bloom is empty\\)",
              "Firn writes no filter for a column of nulls only: their count says it already"),
          known(
              Why.APART,
              "TestSplitScan.test .*",
              "There should be 4 tasks.*Expected size: 4 but was: 5",
              "how many splits of 16 MB: of these random rows Firn's file takes 68 MB, Iceberg's 63"),
          known(
              Why.APART,
              "TestParquet.testNumberOfBytesWritten",
              "expected",
              "length() is exact after the end only, and the test asks then only Iceberg's class"),
          known(
              Why.APART,
              "TestParquet.testRowGroupSizeConfigurableWithWriter",
              "Expected size: 2",
              "how many rows make 16 bytes: the two count a row group's bytes differently"));

  private KnownCases() {}

  private static Known known(Why why, String cases, String error, String reason) {
    return new Known(why, Pattern.compile(cases), Pattern.compile(error, Pattern.DOTALL), reason);
  }

  /** The reason for a case that failed, if it is a known one. */
  static Optional<Known> of(PublishedTests.Case ended) {
    return ALL.stream().filter(known -> known.explains(ended)).findFirst();
  }
}
