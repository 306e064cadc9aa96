/**
 * JMH benchmarks of single stages: rows into columns, columns into pages, a tiny file. {@code java
 * -jar benchmarks/target/benchmarks.jar inside}. {@link dev.firn.benchmarks.inside.KeyIndexFigures}
 * has a main method of its own.
 *
 * <p>The one package outside of core that imports {@code dev.firn.internal}, and only doors: a
 * stage by itself cannot be reached otherwise (docs/decisions/0005). Nothing may depend on it.
 */
@NullMarked
package dev.firn.benchmarks.inside;

import org.jspecify.annotations.NullMarked;
