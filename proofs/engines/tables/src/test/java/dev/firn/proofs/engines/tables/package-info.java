/**
 * The process that writes: every type, transform, codec, and tables that evolved, through Firn's
 * public face, or, as a control, through Iceberg's own writer. Doors: the main classes {@code
 * WriteTables} and {@code WriterLoop}. A slice is read back in the gate:
 *
 * <pre>{@code
 * mvn -B test -pl proofs/engines/tables -am -Dtest=WriteTablesTest -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
package dev.firn.proofs.engines.tables;
