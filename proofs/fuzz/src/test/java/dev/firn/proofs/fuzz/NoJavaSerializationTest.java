package dev.firn.proofs.fuzz;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.firn.Firn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.Serializable;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.Test;

/** No object of Firn is made by Java's serialization, so foreign bytes cannot choose its class. */
class NoJavaSerializationTest {

  private static final JavaClasses FIRN =
      new ClassFileImporter()
          .importUrl(Firn.class.getProtectionDomain().getCodeSource().getLocation());

  private static final ArchRule READS_NO_OBJECTS =
      noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);

  private static final ArchRule IS_NOT_SERIALIZABLE =
      classes()
          .that()
          .areAssignableTo(Serializable.class)
          .and()
          .areNotInterfaces()
          .should()
          .beAssignableTo(Throwable.class)
          .orShould()
          .beEnums()
          .orShould()
          // Iceberg's own contract: engines ship file access to their workers.
          .beAssignableTo(FileIO.class);

  @Test
  void nothingInFirnReadsSerializedObjects() {
    assertThat(FIRN.contain(Firn.class)).isTrue();
    READS_NO_OBJECTS.check(FIRN);
  }

  @Test
  void onlyFailuresAndFileAccessCanBeSerialized() {
    IS_NOT_SERIALIZABLE.check(FIRN);
  }

  @Test
  void bothRulesSeeAnOffender() {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
    assertThat(READS_NO_OBJECTS.evaluate(offender).hasViolation()).isTrue();
    assertThat(IS_NOT_SERIALIZABLE.evaluate(offender).hasViolation()).isTrue();
  }

  /** What must not be. */
  private static final class Offender implements Serializable {

    private static final long serialVersionUID = 1L;

    Object read(byte[] bytes) throws IOException, ClassNotFoundException {
      InputStream in = new ByteArrayInputStream(bytes);
      return new ObjectInputStream(in).readObject();
    }
  }
}
