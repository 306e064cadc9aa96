package dev.firn.proofs.catalogs;

import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Plain Iceberg: {@code newAppend().appendFile(...).commit()} with Iceberg's own retry. It takes
 * Iceberg at its word, and when the outcome is unknown it appends again rather than lose rows.
 */
final class PlainWriter implements SceneWriter {

  private final Table table;

  PlainWriter(Catalog client) {
    this.table = client.loadTable(Events.NAME);
  }

  @Override
  public Told write(int number) {
    try {
      Events.append(table, Events.batch(number));
      return Told.SUCCESS;
    } catch (CommitFailedException | ValidationException e) {
      return Told.FAILURE;
    } catch (RuntimeException e) {
      return Told.UNKNOWN;
    }
  }

  @Override
  public void replay(int number) {
    table.refresh();
    write(number);
  }

  @Override
  public void close() {}
}
