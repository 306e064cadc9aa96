/**
 * What runs in the contenders' own JVMs: mains that read a topic. They know their arguments, not
 * that they are measured.
 *
 * <p>Doors: {@code FirnIngest}, {@code ParseOnly}, {@code Task}.
 */
@NullMarked
package dev.firn.benchmarks.kafka.contender;

import org.jspecify.annotations.NullMarked;
