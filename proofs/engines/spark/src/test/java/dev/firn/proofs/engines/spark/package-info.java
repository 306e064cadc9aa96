/**
 * Spark 4 on Firn's tables, as a reader and as a foreign writer; profile integration only. One
 * command, and more rounds of writing with {@code -Dfirn.rounds=n}:
 *
 * <pre>{@code
 * mvn -B verify -Pintegration -pl proofs/engines/spark -am -Dtest='Spark*Test' -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
package dev.firn.proofs.engines.spark;
