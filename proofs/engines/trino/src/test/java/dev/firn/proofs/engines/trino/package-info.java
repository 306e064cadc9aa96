/**
 * Trino on Firn's tables, in a process on a Java 25 ({@code JAVA_HOME_25}, or one installed beside
 * the Java of the build), and skipped, in so many words, where there is none; profile integration
 * only. One command:
 *
 * <pre>{@code
 * mvn -B verify -Pintegration -pl proofs/engines/trino -am -Dtest=TrinoReadsTest -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
package dev.firn.proofs.engines.trino;
