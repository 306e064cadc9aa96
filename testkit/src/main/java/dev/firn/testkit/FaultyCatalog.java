package dev.firn.testkit;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ServiceUnavailableException;

/**
 * Any catalog with faults in front of it: tables that it loads or creates answer through {@link
 * FaultyOperations}. Creating, dropping and renaming tables themselves do not fail.
 */
public final class FaultyCatalog implements Catalog {

  private final Catalog delegate;
  private final FaultPlan plan;

  public FaultyCatalog(Catalog delegate, FaultPlan plan) {
    this.delegate = delegate;
    this.plan = plan;
  }

  @Override
  public String name() {
    return delegate.name();
  }

  @Override
  public List<TableIdentifier> listTables(Namespace namespace) {
    return delegate.listTables(namespace);
  }

  @Override
  public boolean dropTable(TableIdentifier identifier, boolean purge) {
    return delegate.dropTable(identifier, purge);
  }

  @Override
  public void renameTable(TableIdentifier from, TableIdentifier to) {
    delegate.renameTable(from, to);
  }

  @Override
  public boolean tableExists(TableIdentifier identifier) {
    return delegate.tableExists(identifier);
  }

  @Override
  public Table loadTable(TableIdentifier identifier) {
    Fault fault = plan.next(Call.LOAD);
    if (fault != null) {
      plan.tookEffect(fault);
      throw new ServiceUnavailableException("Injected: table %s cannot be loaded", identifier);
    }
    return faulty(identifier);
  }

  private Table faulty(TableIdentifier identifier) {
    Table table = delegate.loadTable(identifier);
    TableOperations operations =
        new FaultyOperations(
            operations(table), plan, () -> operations(delegate.loadTable(identifier)));
    return new BaseTable(operations, table.name());
  }

  private static TableOperations operations(Table table) {
    if (table instanceof HasTableOperations open) {
      return open.operations();
    }
    throw new IllegalArgumentException("Table " + table.name() + " shows no operations");
  }

  @Override
  public TableBuilder buildTable(TableIdentifier identifier, Schema schema) {
    return new Builder(identifier, delegate.buildTable(identifier, schema));
  }

  private final class Builder implements TableBuilder {

    private final TableIdentifier identifier;
    private final TableBuilder builder;

    Builder(TableIdentifier identifier, TableBuilder builder) {
      this.identifier = identifier;
      this.builder = builder;
    }

    @Override
    public TableBuilder withPartitionSpec(PartitionSpec spec) {
      builder.withPartitionSpec(spec);
      return this;
    }

    @Override
    public TableBuilder withSortOrder(SortOrder sortOrder) {
      builder.withSortOrder(sortOrder);
      return this;
    }

    @Override
    public TableBuilder withLocation(String location) {
      builder.withLocation(location);
      return this;
    }

    @Override
    public TableBuilder withProperties(Map<String, String> properties) {
      builder.withProperties(properties);
      return this;
    }

    @Override
    public TableBuilder withProperty(String key, String value) {
      builder.withProperty(key, value);
      return this;
    }

    @Override
    public Table create() {
      builder.create();
      return faulty(identifier);
    }

    @Override
    public Transaction createTransaction() {
      return builder.createTransaction();
    }

    @Override
    public Transaction replaceTransaction() {
      return builder.replaceTransaction();
    }

    @Override
    public Transaction createOrReplaceTransaction() {
      return builder.createOrReplaceTransaction();
    }
  }
}
