package dev.firn.proofs.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.proofs.iceberg.KnownCases.Known;
import dev.firn.proofs.iceberg.KnownCases.Why;
import dev.firn.proofs.iceberg.PublishedTests.Case;
import dev.firn.proofs.iceberg.PublishedTests.End;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Iceberg's published tests with Firn as the writer. A case counts if Firn wrote a file in it; it
 * passes, or is one of {@link KnownCases} and fails as said there. A case that is laid to another
 * release of Iceberg is run once more with Iceberg's own writer, and has to fail there as well.
 *
 * <p>The gate runs {@code slice}; all of them: {@code mvn -B verify -Pintegration -pl
 * proofs/iceberg-tests}.
 */
class IcebergTestsTest {

  private static final String ICEBERG = "org.apache.iceberg.";

  /** What is over in seconds. */
  private static final List<String> SHORT =
      List.of(
          AllTypes.class.getName(),
          ICEBERG + "data.parquet.TestGenericReadProjection",
          ICEBERG + "data.TestDataFileIndexStatsFilters",
          ICEBERG + "data.TestMetricsRowGroupFilterTypes",
          ICEBERG + "parquet.TestGenericMergingMetrics",
          ICEBERG + "parquet.TestParquet",
          ICEBERG + "parquet.TestParquetDataWriter",
          ICEBERG + "parquet.TestParquetEncryption",
          ICEBERG + "parquet.TestParquetMetrics",
          ICEBERG + "parquet.TestParquetPageVersion",
          ICEBERG + "io.TestBaseTaskWriter",
          GenericWriters.Rolling.class.getName(),
          GenericWriters.Partitioning.class.getName());

  /** The rest. */
  private static final List<String> LONG =
      List.of(
          ICEBERG + "TestGenericAppenderFactory",
          ICEBERG + "TestSplitScan",
          ICEBERG + "data.TestGenericFileWriterFactory",
          ICEBERG + "data.TestGenericReaderDeletes",
          ICEBERG + "data.TestLocalScan",
          ICEBERG + "data.TestMetricsRowGroupFilter",
          ICEBERG + "data.TestTableMigrationUtil",
          ICEBERG + "data.parquet.TestGenericData",
          ICEBERG + "data.parquet.TestParquetEncryptionWithWriteSupport",
          ICEBERG + "io.TestTaskEqualityDeltaWriter",
          ICEBERG + "parquet.TestBloomRowGroupFilter",
          ICEBERG + "parquet.TestDictionaryRowGroupFilter",
          ICEBERG + "parquet.TestInternalParquet",
          GenericWriters.PositionDeltas.class.getName(),
          GenericWriters.DeletionVectors.class.getName());

  private static final Set<Known> MET = new HashSet<>();
  private static int passed;
  private static int byAssumption;
  private static final Map<Why, Integer> KNOWN = new EnumMap<>(Why.class);

  @BeforeAll
  static void weave() {
    FirnSeam.weave();
  }

  @AfterAll
  static void tell() {
    int refused = KNOWN.getOrDefault(Why.REFUSED, 0);
    int apart = KNOWN.getOrDefault(Why.APART, 0);
    System.out.printf(
        "iceberg tests skipped: %d by assumptions of their own, %d refused by Firn, %d apart%n",
        byAssumption, refused, apart);
    System.out.printf(
        "iceberg tests: passed=%d skipped=%d skewed=%d%n",
        passed, byAssumption + refused + apart, KNOWN.getOrDefault(Why.SKEW, 0));
  }

  @TestFactory
  Stream<DynamicTest> slice() {
    return SHORT.stream().map(IcebergTestsTest::proof);
  }

  @Tag("integration")
  @TestFactory
  Stream<DynamicTest> all() {
    return Stream.concat(
        Stream.concat(SHORT.stream(), LONG.stream()).map(IcebergTestsTest::proof),
        Stream.of(DynamicTest.dynamicTest("every known case was met", this::everyKnownWasMet)));
  }

  private void everyKnownWasMet() {
    assertThat(KnownCases.ALL).allSatisfy(known -> assertThat(MET).contains(known));
  }

  private static DynamicTest proof(String type) {
    return DynamicTest.dynamicTest(type, () -> prove(Class.forName(type, false, loader())));
  }

  private static ClassLoader loader() {
    return IcebergTestsTest.class.getClassLoader();
  }

  private static void prove(Class<?> type) {
    FirnSeam.firnWrites(true);
    List<Case> cases;
    try {
      cases = PublishedTests.run(type);
    } finally {
      FirnSeam.firnWrites(false);
    }
    assertThat(cases).as("cases in which Firn wrote").anyMatch(ended -> ended.files() > 0);
    List<String> wrong =
        cases.stream().map(ended -> judge(type, ended)).flatMap(Optional::stream).toList();
    assertThat(wrong).isEmpty();
  }

  /** What is wrong with how a case ended; nothing if nothing is. */
  private static Optional<String> judge(Class<?> type, Case ended) {
    if (ended.files() == 0 && (ended.end() == End.PASSED || ofOtherFormat(ended))) {
      return Optional.empty();
    }
    switch (ended.end()) {
      case PASSED -> passed++;
      case SKIPPED -> byAssumption++;
      case FAILED -> {
        return judgeFailed(type, ended);
      }
    }
    return Optional.empty();
  }

  private static boolean ofOtherFormat(Case ended) {
    return ended.name().contains("ORC") || ended.name().contains("AVRO");
  }

  private static Optional<String> judgeFailed(Class<?> type, Case ended) {
    Optional<Known> known = KnownCases.of(ended);
    if (known.isEmpty()) {
      return Optional.of(ended.name() + ": " + ended.causeText());
    }
    MET.add(known.get());
    KNOWN.merge(known.get().why(), 1, Integer::sum);
    if (known.get().why() != Why.SKEW) {
      return Optional.empty();
    }
    Case icebergs = PublishedTests.again(type, ended);
    return icebergs.end() == End.FAILED && known.get().explains(icebergs)
        ? Optional.empty()
        : Optional.of(ended.name() + " is no skew: with Iceberg's writer it " + icebergs.end());
  }
}
