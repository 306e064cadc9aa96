package dev.firn.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What is measured is what users get. */
final class WallTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPackages("dev.firn.benchmarks");

  @Test
  void onlyTheStageBenchmarksLookInsideCore() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.firn.benchmarks.inside..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.firn.internal..", "dev.firn.benchmarks.inside..")
        .check(CLASSES);
  }
}
