/**
 * Threads against each other, in three ways that find different things.
 *
 * <ul>
 *   <li>{@code OrdersTest}: of the memory budget, pooled encoding, files that are sealed, and the
 *       lock and the marks of the pipeline. A model checker runs small scenarios in one order of
 *       their threads after the other. It finds the order that real processors show once in a
 *       thousand runs, and prints it. Time does not pass there, and every write is seen at once.
 *   <li>{@code StressTest}: what those orders leave out, on real processors, millions of times:
 *       waits that run out, wake-ups, plain writes of helpers, files that are written and deleted.
 *   <li>{@code RoundsTest}: whole writers, shared and streaming, under threads that do everything
 *       at once; seeded. Every row is in the table once, and the batches came in order.
 * </ul>
 *
 * <p>{@code MutantsTest} seeds a mistake into core for each of the checks, which must notice it:
 * there is no scenario and no stress test that cannot fail.
 *
 * <p>The scenarios are in the packages of what they look at. Two traps for who adds one: the
 * checker takes a call through reflection for a single step, and threads of a subclass of {@code
 * Thread} hang it; so a scenario is a method reference and its threads come from {@code Race}.
 *
 * <p>The long run takes half an hour on two busy cores: {@code mvn -B -f proofs/races/pom.xml
 * -Pintegration verify}, after an {@code install} of what is below. Longer yet with {@code
 * -Dfirn.races.orders}, {@code -Dfirn.races.millis} and {@code -Dfirn.races.seconds}.
 */
package dev.firn.proofs.races;
