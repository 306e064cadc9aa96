package dev.firn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the options of a key take, and what they are without a word. */
class WriterOptionsTest {

  private final WriterOptions.Builder builder = WriterOptions.builder("s");

  @Test
  void withoutAWordNothingIsUpserted() {
    WriterOptions options = builder.build();
    assertThat(options.key()).isEmpty();
    assertThat(options.nullsInKey()).isEqualTo(NullsInKey.REJECT);
    assertThat(options.indexDirectory()).isEmpty();
    assertThat(options.toString()).doesNotContain("key");
  }

  @Test
  void theIndexMayTakeAQuarterOfTheHeap() {
    assertThat(builder.build().indexMemoryLimitBytes())
        .isEqualTo(Runtime.getRuntime().maxMemory() / 4);
  }

  @Test
  void whatIsSaidOfTheKeyIsKept() {
    WriterOptions options =
        builder
            .upsertBy("tenant", "id")
            .nullsInKey(NullsInKey.AS_VALUE)
            .indexMemoryLimitBytes(1 << 20)
            .indexDirectory(Path.of("index"))
            .build()
            .toBuilder()
            .build();
    assertThat(options.key()).hasValue(List.of("tenant", "id"));
    assertThat(options.nullsInKey()).isEqualTo(NullsInKey.AS_VALUE);
    assertThat(options.indexMemoryLimitBytes()).isEqualTo(1 << 20);
    assertThat(options.indexDirectory()).hasValue(Path.of("index"));
    assertThat(options.toString()).contains("key [tenant, id]");
  }

  @Test
  void noNameStandsForTheIdentifierFieldsOfTheTable() {
    assertThat(builder.upsertBy().build().key()).hasValue(List.of());
  }

  @Test
  void whatIsNoKeyIsRefused() {
    assertThatThrownBy(() -> builder.upsertBy("id", ""))
        .hasMessage("upsertBy must not name an empty column: [id, ]");
    assertThatThrownBy(() -> builder.upsertBy("id", "id"))
        .hasMessage("upsertBy must not name a column twice: [id, id]");
    assertThatThrownBy(() -> builder.indexMemoryLimitBytes((1 << 20) - 1))
        .hasMessage("indexMemoryLimitBytes must be at least 1048576, but is 1048575");
    assertThat(builder.build().key()).isEmpty();
  }

  @Test
  void rowsGoByPositionUnlessAskedOtherwise() {
    WriterOptions options = WriterOptions.builder("s").upsertBy("id").build();
    assertThat(options.deleteMode()).isEqualTo(DeleteMode.AUTO);
    WriterOptions asked = options.toBuilder().deleteMode(DeleteMode.EQUALITY_DELETES).build();
    assertThat(asked.toBuilder().build().deleteMode()).isEqualTo(DeleteMode.EQUALITY_DELETES);
    assertThat(asked.toString()).contains("[id]", "EQUALITY_DELETES");
  }

  @Test
  void anOrderNeedsAKey() {
    WriterOptions.Builder builder = WriterOptions.builder("s").orderBy("version");
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("orderBy", "upsertBy", "version");
    assertThatThrownBy(() -> builder.orderBy(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("orderBy");
    WriterOptions ordered = builder.upsertBy("id").build();
    assertThat(ordered.orderColumn()).hasValue("version");
    assertThat(ordered.toBuilder().build().orderColumn()).hasValue("version");
    assertThat(ordered.toString()).contains("order by version");
    assertThat(ordered.toBuilder().appendOnly().build().orderColumn()).isEmpty();
    assertThatThrownBy(() -> ordered.toBuilder().deleteMode(DeleteMode.EQUALITY_DELETES).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("orderBy", "AUTO");
  }
}
