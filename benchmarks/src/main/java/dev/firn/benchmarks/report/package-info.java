/**
 * RESULTS.md and its plots, made from the lines that the benchmarks print.
 *
 * <p>Doors: {@code Report}. Measures nothing.
 */
@NullMarked
package dev.firn.benchmarks.report;

import org.jspecify.annotations.NullMarked;
