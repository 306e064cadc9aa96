package dev.firn;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The house of ARCHITECTURE.md as rules: floors (who may import whom), hands (who alone may do a
 * thing) and manners. A rule that stands in the way is talked about, not worked around.
 */
class HouseTest {
  private static final JavaClasses FIRN = mainClasses();

  /**
   * The floors: a package and its sub-packages on the left; on the right what it may import of Firn
   * besides itself. A name that ends in two dots includes sub-packages.
   */
  private static final Map<String, List<String>> FLOORS = new LinkedHashMap<>();

  static {
    // convert, because the roof hands out the ready-made mappers that live there
    floor(
        "dev.firn", "route", "stream", "maintain", "ingest", "commit", "convert", "local", "api..");
    floor("route", "stream", "commit", "buffer", "api..");
    floor("stream", "ingest", "commit", "resolve", "stage", "maintain", "api..");
    floor("maintain", "resolve", "stage", "commit", "encode", "scan", "buffer", "api..");
    floor("ingest", "resolve", "convert", "buffer", "keys", "encode", "scan", "stage", "api..");
    floor("resolve", "keys", "runs", "scan", "stage", "encode", "buffer", "work", "api..");
    floor("commit", "stage", "encode", "buffer", "work", "api..");
    floor("stage", "encode", "buffer", "api..");
    floor("convert", "buffer", "api..");
    floor("keys", "buffer", "runs", "local", "api..");
    floor("encode", "buffer", "parquet", "api..");
    floor("scan", "buffer", "parquet", "api..");
    floor("buffer", "api.error..");
    floor("runs", "local", "api.error..");
    floor("api", "api.record..", "api.maintain..", "api.error..");
    floor("api.record", "api.error..");
    floor("api.maintain", "api.error..");
    floor("api.error");
    floor("parquet");
    floor("local");
    floor("work");
  }

  @TestFactory
  Stream<DynamicTest> aFloorImportsOnlyTheFloorsBelowIt() {
    return FLOORS.entrySet().stream()
        .map(
            floor ->
                rule(
                    floor.getKey(),
                    noClasses()
                        .that()
                        .resideInAPackage(floor.getKey())
                        .should()
                        .dependOnClassesThat(
                            resideInAPackage("dev.firn..").and(not(allowed(floor))))
                        .because(
                            "the road runs one way: what must go back is carried by the"
                                + " orchestrator on top; this floor may import "
                                + floor.getValue())));
  }

  @Test
  void everyPackageHasAFloor() {
    check(
        classes()
            .should()
            .resideInAnyPackage(FLOORS.keySet().toArray(String[]::new))
            .because("a package without a floor may import anything: give it a line in FLOORS"));
  }

  @Test
  void packagesAreFreeOfCircles() {
    check(
        slices()
            .matching("dev.firn.(**)")
            .should()
            .beFreeOfCycles()
            .because("a package in a circle cannot be understood, tested or moved alone"));
  }

  @Test
  void parquetKnowsNoIceberg() {
    check(
        noClasses()
            .that()
            .resideInAPackage(room("parquet") + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.iceberg..")
            .because("pages and encodings are pure bytes and can be tested as such"));
  }

  // The four hands.

  @Test
  void onlyConvertTakesRowsIn() {
    check(
        classes()
            .that(
                implement("RowAppender").or(implement("ListAppender")).or(implement("MapAppender")))
            .should()
            .resideInAPackage(room("convert") + "..")
            .because("a value is converted in one place, once"));
  }

  @Test
  void onlyEncodeOpensAFileToWrite() {
    check(
        noClasses()
            .that()
            // Floor 0: it writes pages to the output that encode hands it.
            .resideOutsideOfPackages(
                room("encode") + "..", room("parquet") + "..", room("local") + "..")
            .and()
            // Token maps and intents: small files beside the metadata, no rows.
            .doNotHaveFullyQualifiedName(room("commit") + ".SideFiles")
            .should()
            .callCodeUnitWhere(
                calls("org.apache.iceberg.io.OutputFile", "create", "createOrOverwrite"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.iceberg.parquet.Parquet", "write.*"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.iceberg.puffin.Puffin", "write"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.iceberg.deletes.DVFileWriter", "<init>"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.parquet.hadoop.ParquetFileWriter", ".*"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.parquet.hadoop.ParquetWriter", ".*"))
            .because(
                "a file has one birthplace: there it is named, measured and, after a failure,"
                    + " known"));
  }

  @Test
  void onlyScanOpensADataFileToRead() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(room("scan") + "..")
            .should()
            .callCodeUnitWhere(calls("org.apache.iceberg.parquet.Parquet", "read.*"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.parquet.hadoop.ParquetFileReader", ".*"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.parquet.hadoop.ParquetReader", ".*"))
            .because("rows are read back in one place, with deletes and projection applied"));
  }

  @Test
  void onlyScanAndTheMergeOfDeletionVectorsReadBytes() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                room("scan") + "..", room("commit") + "..", room("local") + "..")
            .and()
            // A file that was sealed here is copied with a column more; no row of it is looked at.
            .doNotHaveFullyQualifiedName(room("encode") + ".RowIdFile")
            .should()
            .callCodeUnitWhere(calls("org.apache.iceberg.io.InputFile", "newStream"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.iceberg.puffin.Puffin", "read"))
            .because(
                "besides scan only commit reads a file, and only the deletion vectors it merges"));
  }

  @Test
  void onlyCommitChangesATable() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(room("commit") + "..", room("maintain") + "..")
            .should()
            .callCodeUnitWhere(calls("org.apache.iceberg.PendingUpdate", "commit"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.iceberg.TableOperations", "commit"))
            .orShould()
            .callCodeUnitWhere(calls("org.apache.iceberg.Transaction", "commitTransaction"))
            .orShould()
            .callCodeUnitWhere(
                calls("org.apache.iceberg.catalog.Catalog", "(create|drop|rename).*Table"))
            .orShould()
            .callCodeUnitWhere(
                calls("org.apache.iceberg.catalog.Catalog$TableBuilder", "create.*|replace.*"))
            .because(
                "a commit has three outcomes, and only here the third one, unknown, is resolved"));
  }

  // Manners.

  @Test
  void theApiShowsIcebergTypesAndNoOtherForeignOnes() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage("dev.firn", "dev.firn.api..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "com.google..",
                "com.fasterxml..",
                "org.apache.avro..",
                "org.apache.hadoop..",
                "org.apache.parquet..",
                "org.apache.iceberg.relocated..",
                "org.roaringbitmap..")
            .because("every foreign type in a signature is a version that users must share"));
  }

  @Test
  void noClassNeedsHadoopOrSomebodyElsesGuava() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.hadoop..",
                "com.google.common..",
                "org.apache.iceberg.relocated..",
                "org.apache.parquet.shaded..",
                "shaded.parquet..")
            .because("Hadoop is not there at run time, and relocated classes are not ours to use"));
  }

  @Test
  void interfacesOfTheApiHaveNoFactories() {
    check(
        methods()
            .that()
            .areDeclaredInClassesThat(
                resideInAPackage("dev.firn.api..")
                    .and(describe("are interfaces", JavaClass::isInterface)))
            .and()
            .arePublic()
            .should()
            .notBeStatic()
            .because(
                "a factory on a contract imports the rooms, and all packages become one knot"));
  }

  @Test
  void timeAndThreadsComeFromOutside() {
    check(
        noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(ForkJoinPool.class, "commonPool")
            .because("tests own the clock and the threads: take them from WriterOptions"));
  }

  @Test
  void nothingIsPrinted() {
    check(
        noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace")
            .because("a library speaks through results, exceptions, its listener and slf4j"));
  }

  @Test
  void namesSayWhatAThingIs() {
    check(
        classes()
            .should()
            .haveNameNotMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
            .andShould()
            .haveNameNotMatching(".*\\.Abstract[A-Z][^.]*")
            .because("such a name hides that nobody knew what the class is for"));
  }

  @Test
  void stateIsNeverStatic() {
    check(
        fields()
            .that()
            .areStatic()
            .and()
            .doNotHaveModifier(JavaModifier.SYNTHETIC)
            .should()
            .beFinal()
            .because("two writers in one process must not meet in a static field"));
  }

  @Test
  void mainClassesAreSeen() {
    assertThat(FIRN.contain("dev.firn.package-info")).isTrue();
    assertThat(FIRN.contain(HouseTest.class)).isFalse();
  }

  private static JavaClasses mainClasses() {
    try {
      Class<?> mark = Class.forName("dev.firn.package-info");
      return new ClassFileImporter()
          .importPath(Path.of(mark.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (Exception e) {
      throw new AssertionError("cannot find Firn's own classes", e);
    }
  }

  private static void floor(String name, String... below) {
    List<String> mayImport = new ArrayList<>();
    for (String each : below) {
      mayImport.add(each.startsWith("api") ? "dev.firn." + each : room(each) + "..");
    }
    boolean named = name.startsWith("dev.firn") || name.startsWith("api");
    if (named) {
      // The roof and the parts of the contract are single packages: their sub-packages are others.
      FLOORS.put(name.startsWith("api") ? "dev.firn." + name : name, List.copyOf(mayImport));
    } else {
      FLOORS.put(room(name) + "..", List.copyOf(mayImport));
    }
  }

  private static String room(String name) {
    return "dev.firn.internal." + name;
  }

  private static DescribedPredicate<JavaClass> allowed(Map.Entry<String, List<String>> floor) {
    return resideInAnyPackage(
        Stream.concat(Stream.of(floor.getKey()), floor.getValue().stream()).toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> implement(String contract) {
    String name = "dev.firn.api.record." + contract;
    return describe(
        "implement " + contract, type -> !type.isInterface() && type.isAssignableTo(name));
  }

  /** Calls of a method whose name matches, on {@code owner} or on a type below it. */
  private static DescribedPredicate<JavaCall<?>> calls(String owner, String method) {
    return describe(
        "call " + owner + "." + method,
        call ->
            call.getTarget().getName().matches(method)
                && call.getTargetOwner().isAssignableTo(owner));
  }

  private static DescribedPredicate<JavaCall<?>> calls(String owner, String... methods) {
    return calls(owner, String.join("|", methods));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(FIRN);
  }

  private static DynamicTest rule(String name, ArchRule rule) {
    return DynamicTest.dynamicTest(name, () -> check(rule));
  }
}
