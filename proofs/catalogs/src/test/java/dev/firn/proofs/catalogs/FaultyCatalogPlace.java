package dev.firn.proofs.catalogs;

import java.util.Map;
import org.apache.iceberg.catalog.Catalog;

/** A real catalog with something in front of it that can hurt its clients. */
interface FaultyCatalogPlace extends AutoCloseable {

  /** A client behind the faults; Iceberg's defaults but for {@code properties}. */
  Catalog client(Map<String, String> properties);

  /** A client of another process, which no fault touches. */
  Catalog healthy();

  /** The properties of a client that gives a silent catalog up after two seconds. */
  Map<String, String> impatience();

  /** Hurts the next commit that comes through. */
  void strikeNext(Strike strike);

  /** The catalog can be reached again. */
  void heal();

  @Override
  void close();
}
