package dev.firn.internal.commit;

import dev.firn.api.WriterOptions;
import dev.firn.internal.commit.FileChanges.Written;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.OutputFile;

/** A committer's parts, but all deletion vectors of a commit lie in one file, as others have it. */
final class SharedVectorFile extends CommitterParts {

  @Override
  DeleteFileWrites deleteFiles(ExactBaseOperations operations, WriterOptions options) {
    return new DeleteFileWrites(operations, options) {
      @Override
      List<DeleteFile> of(TableMetadata base, List<Written> deletes) {
        return base.formatVersion() < 3 || deletes.isEmpty()
            ? super.of(base, deletes)
            : inOneFile(operations, base, deletes);
      }
    };
  }

  @SuppressWarnings("deprecation") // the other way needs a table
  private static List<DeleteFile> inOneFile(
      ExactBaseOperations operations, TableMetadata base, List<Written> deletes) {
    OutputFile output =
        operations
            .io()
            .newOutputFile(
                operations.locationProvider().newDataLocation(UUID.randomUUID() + ".puffin"));
    BaseDVFileWriter writer = new BaseDVFileWriter(() -> output, path -> null);
    try (writer) {
      for (Written each : deletes) {
        DataFile file = each.deletes().file();
        PartitionSpec spec = base.spec(file.specId());
        each.rows().forEach(at -> writer.delete(file.location(), at, spec, file.partition()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.result().deleteFiles();
  }
}
