package dev.firn.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Floor 8, and the rooms within. */
class KafkaHouseTest {

  private static final JavaClasses ADAPTER =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.firn.kafka");

  @Test
  void theAdapterKnowsFirnByItsPublicFace() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.firn.internal..")
        .because("what an adapter needs more, the API lacks")
        .check(ADAPTER);
  }

  @Test
  void theLoopKnowsNoFormatAndNoFormatKnowsTheLoop() {
    noClasses()
        .that()
        .resideInAPackage("dev.firn.kafka")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.firn.kafka.format..", "dev.firn.kafka.metrics..")
        .check(ADAPTER);
    noClasses()
        .that()
        .resideInAPackage("dev.firn.kafka.format..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.firn.kafka")
        .check(ADAPTER);
  }

  @Test
  void roomsFormNoCircle() {
    slices().matching("dev.firn.kafka.(**)").should().beFreeOfCycles().check(ADAPTER);
  }

  @Test
  void onlyMetricsKnowsMicrometer() {
    classes()
        .that()
        .resideOutsideOfPackage("dev.firn.kafka.metrics..")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("io.micrometer..")
        .check(ADAPTER);
  }
}
