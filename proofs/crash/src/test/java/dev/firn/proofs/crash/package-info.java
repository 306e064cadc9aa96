/**
 * Crashes: the n-th call of a run fails or is the last thing the process does, for every n; and a
 * real process is killed again and again. Afterwards the table holds every row once, and storage
 * holds nothing that is missing and nothing that cannot be told to be garbage.
 *
 * <p>The slice runs in the gate. All n and 300 kills take a quarter of an hour each on two busy
 * cores: {@code mvn -B -f proofs/crash/pom.xml -Pintegration verify}, after an {@code install} of
 * what is below; or one of them with {@code -Dtest=NthCallTest} or {@code
 * -Dtest=KilledProcessTest}.
 *
 * <p>Runs against {@link dev.firn.Firn} as an application does, but for three looks inside: the
 * sweep of abandoned files, the tokens in a summary, and the local files that a child traces.
 */
package dev.firn.proofs.crash;
