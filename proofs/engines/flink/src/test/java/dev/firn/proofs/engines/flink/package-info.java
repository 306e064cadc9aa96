/**
 * Flink's batch queries on Firn's tables; profile integration only. One command:
 *
 * <pre>{@code
 * mvn -B verify -Pintegration -pl proofs/engines/flink -am -Dtest=FlinkReadsTest -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
package dev.firn.proofs.engines.flink;
