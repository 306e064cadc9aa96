/**
 * What engines read and what they must find, with the JDK only: it stands on the class path of
 * every engine.
 *
 * <p>Each engine brings an Iceberg of its own. So the tables are written by a process with Firn's
 * class path ({@link dev.firn.proofs.engines.FirnProcess}), which also says in text files what they
 * must hold: worked out from the model, seen by no reader. Doors: {@code EngineRun} for an engine's
 * look at all tables, {@code FirnProcess} for a writer beside an engine.
 *
 * <p>Other rows with {@code -Dfirn.seed=n}, only some tables with {@code -Dfirn.tables=a.b,c.d}.
 */
package dev.firn.proofs.engines;
